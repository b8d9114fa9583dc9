using Google.Protobuf;
using Pare.Formats.Onnx;
using Pare.Formats.Onnx.Wire;

namespace Pare.Tests.Formats.Onnx;

/// <summary>Which of ONNX's node tests Pare means to pass: the rules of issue 3, read from each test's model.</summary>
internal static class NodeTestScope
{
    private static readonly HashSet<string> Random = new(StringComparer.Ordinal)
    {
        "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Bernoulli", "Multinomial",
    };

    /// <summary>Counted apart, with the cases that spell them out in other operators ("_expanded").</summary>
    private static readonly (string Part, string Group)[] Apart =
        [("attention", "attention"), ("test_sce_", "losses"), ("test_nllloss_", "losses")];

    /// <summary>"attention" or "losses" for what is counted apart; else null.</summary>
    public static string? GroupOf(string test) => Apart.FirstOrDefault(a => test.Contains(a.Part, StringComparison.Ordinal)).Group;

    /// <summary>Why a test is out of scope; null where it is in scope.</summary>
    public static string? OutOfScope(ModelProto file) => Values(file.Graph) ?? Nodes(file.Graph);

    private static string? Values(GraphProto graph)
    {
        foreach (ValueInfoProto value in graph.Input.Concat(graph.Output).Concat(graph.ValueInfo))
        {
            if (value.Type is not { } type) continue;
            if (type.ValueCase is not (TypeProto.ValueOneofCase.TensorType or TypeProto.ValueOneofCase.None)) return "sequences, optionals, maps";
            if (type.TensorType is { } tensor && Type(tensor.ElemType) is { } why) return why;
        }
        return graph.Initializer.Select(t => Type(t.DataType)).FirstOrDefault(w => w is not null);
    }

    private static string? Nodes(GraphProto graph)
    {
        foreach (NodeProto node in graph.Node)
        {
            if (OnnxOpset.Normal(node.Domain).Length > 0) return $"the domain {node.Domain}";
            if (Random.Contains(node.OpType)) return "random numbers";
            if (node.OpType == "ImageDecoder") return "image decoding";
            if (node.OpType.Contains("Sequence", StringComparison.Ordinal) || node.OpType.StartsWith("Optional", StringComparison.Ordinal)) return "sequences, optionals, maps";
            foreach (AttributeProto attribute in node.Attribute)
                if (Attribute(node, attribute) is { } why) return why;
        }
        return null;
    }

    private static string? Attribute(NodeProto node, AttributeProto attribute)
    {
        if (attribute.T is not null && Type(attribute.T.DataType) is { } type) return type;
        if (attribute.Name is "to" or "dtype" or "output_dtype" && attribute.HasI && Type((int)attribute.I) is { } made) return made;
        if (attribute.Name.StartsWith("value_string", StringComparison.Ordinal)) return Type(8);
        foreach (ByteString bytes in attribute.HasG ? attribute.Graphs.Prepend(attribute.G) : attribute.Graphs)
            if (GraphNames.Parse(bytes, node.Name) is var graph && (Values(graph) ?? Nodes(graph)) is { } inside) return inside;
        return null;
    }

    private static string? Type(int code) => code switch
    {
        8 => "strings",
        10 or 16 => "float16 and bfloat16",
        14 or 15 => "complex numbers",
        >= 17 and <= 20 or 23 or 24 => "8- and 4-bit floats",
        21 or 22 or 25 or 26 => "4- and 2-bit integers",
        _ => null,
    };
}
