using Google.Protobuf;
using Pare.Formats.Onnx;
using Pare.Formats.Onnx.Wire;

namespace Pare.Tests.Formats.Onnx;

internal static class OnnxFiles
{
    public static Model Read(this ModelProto file, string? folder = null) => Read(file.ToByteArray(), Echo.Catalog, folder);

    public static Model Read(byte[] bytes, Catalog<OperatorSpec> operators, string? folder = null) =>
        OnnxReader.Read(new MemoryStream(bytes), folder, operators);

    public static byte[] Write(this Model model, int? opset = null, Catalog<OperatorSpec>? operators = null)
    {
        var to = new MemoryStream();
        OnnxWriter.Write(model, to, new OnnxWriteOptions { Opset = opset }, operators ?? Echo.Catalog, null);
        return to.ToArray();
    }

    public static ModelProto Proto(this byte[] bytes) => ModelProto.Parser.ParseFrom(bytes);

    /// <summary>Same graph, same values, same metadata.</summary>
    public static void ShouldEqual(this Model model, Model other, bool opset = true)
    {
        model.Inputs.ShouldBe(other.Inputs);
        model.Outputs.ShouldBe(other.Outputs);
        model.Nodes.Select(n => (n.Name, n.Operator)).ShouldBe(other.Nodes.Select(n => (n.Name, n.Operator)));
        foreach ((Node a, Node b) in model.Nodes.Zip(other.Nodes))
        {
            a.Inputs.ShouldBe(b.Inputs);
            a.Outputs.ShouldBe(b.Outputs);
            a.Extra.Keys.ShouldBe(b.Extra.Keys);
        }
        model.Weights.Keys.Order(StringComparer.Ordinal).ShouldBe(other.Weights.Keys.Order(StringComparer.Ordinal));
        foreach ((string name, WeightEncoding weight) in model.Weights)
        {
            weight.Shape.ShouldBe(other.Weights[name].Shape);
            weight.ToArray().AsSpan().SequenceEqual(other.Weights[name].ToArray()).ShouldBeTrue(name);
        }
        model.Constants.Keys.Order(StringComparer.Ordinal).ShouldBe(other.Constants.Keys.Order(StringComparer.Ordinal));
        foreach ((string name, Tensor constant) in model.Constants)
        {
            constant.Type.ShouldBe(other.Constants[name].Type);
            constant.Bytes.SequenceEqual(other.Constants[name].Bytes).ShouldBeTrue(name);
        }
        model.Metadata.Name.ShouldBe(other.Metadata.Name);
        model.Metadata.Properties.ShouldBe(other.Metadata.Properties);
        if (opset) model.Metadata.Opset.ShouldBe(other.Metadata.Opset);
    }
}
