using System.Text;
using Google.Protobuf;
using Pare.Formats.Onnx.Wire;

namespace Pare.Formats.Onnx;

/// <summary>Attributes from and to the file.</summary>
internal static class Attributes
{
    private const int Float = 1, Int = 2, Text = 3, Tensor = 4, Graph = 5, Floats = 6, Ints = 7, Texts = 8, Tensors = 9, Graphs = 10, Sparse = 11;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads an attribute.</summary>
    /// <param name="attribute">The file's attribute.</param>
    /// <param name="node">The node, for messages.</param>
    /// <param name="tensors">Reads tensors.</param>
    /// <param name="graphs">Reads sub-graphs; it may keep what it read to itself.</param>
    /// <exception cref="ModelException">The attribute is malformed.</exception>
    /// <exception cref="UnsupportedException">Pare has no such kind.</exception>
    public static AttributeValue? Read(AttributeProto attribute, string node, TensorParser tensors, Func<ByteString, AttributeValue?> graphs)
    {
        string label = $"Node {node}: attribute '{attribute.Name}'";
        if (attribute.HasRefAttrName) throw new ModelException($"{label} refers to an attribute of a function, but stands in no function.");
        switch (attribute.HasType && attribute.Type != 0 ? attribute.Type : Guess(attribute))
        {
            case Float: return new AttributeValue.Float(attribute.F);
            case Int: return new AttributeValue.Int(attribute.I);
            case Text: return new AttributeValue.Text(Decode(attribute.S, label));
            case Floats: return new AttributeValue.Floats([.. attribute.Floats]);
            case Ints: return new AttributeValue.Ints([.. attribute.Ints]);
            case Texts: return new AttributeValue.Texts([.. attribute.Strings.Select(s => Decode(s, label))]);
            case Tensor when attribute.T is null: throw new ModelException($"{label} should be a tensor, which is missing.");
            case Tensor: return new AttributeValue.Array(tensors.Read(attribute.T, label).Tensor);
            case Graph when !attribute.HasG: throw new ModelException($"{label} should be a graph, which is missing.");
            case Graph: return graphs(attribute.G);
            case Graphs: throw Lack("a list of sub-graphs");
            case Tensors: throw Lack("a list of tensors");
            case int other: throw Lack(other is Sparse or Sparse + 1 ? "a sparse tensor" : $"an attribute of type {other}");
        }

        UnsupportedException Lack(string what) => new($"{what} (attribute '{attribute.Name}')");
    }

    /// <summary>Writes a sub-graph.</summary>
    public static AttributeProto Write(string name, GraphProto graph) => new() { Name = name, Type = Graph, G = graph.ToByteString() };

    /// <summary>Writes an attribute.</summary>
    public static AttributeProto Write(string name, AttributeValue value)
    {
        var to = new AttributeProto { Name = name };
        switch (value)
        {
            case AttributeValue.Float a: (to.Type, to.F) = (Float, a.Value); break;
            case AttributeValue.Int a: (to.Type, to.I) = (Int, a.Value); break;
            case AttributeValue.Text a: (to.Type, to.S) = (Text, ByteString.CopyFromUtf8(a.Value)); break;
            case AttributeValue.Floats a: to.Type = Floats; to.Floats.AddRange(a.Values); break;
            case AttributeValue.Ints a: to.Type = Ints; to.Ints.AddRange(a.Values); break;
            case AttributeValue.Texts a: to.Type = Texts; to.Strings.AddRange(a.Values.Select(ByteString.CopyFromUtf8)); break;
            case AttributeValue.Graph: throw new ArgumentException("A body is written by the writer of its graph.", nameof(value));
            case AttributeValue.Array a: (to.Type, to.T) = (Tensor, TensorFormatter.Inline(a.Tensor)); break;
            default: throw new ArgumentException($"No attribute type stores {value.GetType().Name}.", nameof(value));
        }
        return to;
    }

    // The oldest files leave the type out; what is set tells it.
    private static int Guess(AttributeProto a) =>
        a.HasF ? Float : a.HasI ? Int : a.HasS ? Text : a.T is not null ? Tensor : a.HasG ? Graph : a.Floats.Count > 0 ? Floats
        : a.Strings.Count > 0 ? Texts : a.Tensors.Count > 0 ? Tensors : a.Graphs.Count > 0 ? Graphs : a.HasSparseTensor ? Sparse : Ints;

    private static string Decode(ByteString bytes, string label)
    {
        try
        {
            return StrictUtf8.GetString(bytes.Span);
        }
        catch (DecoderFallbackException e)
        {
            throw new ModelException($"{label} is no text in UTF-8.", e);
        }
    }
}
