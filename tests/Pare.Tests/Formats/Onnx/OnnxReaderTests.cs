using System.Buffers.Binary;
using Google.Protobuf;
using Pare.Formats.Onnx.Wire;

namespace Pare.Tests.Formats.Onnx;

public class OnnxReaderTests
{
    [Fact]
    public void Read_NamedAndMissingDims_BecomeNames()
    {
        Model model = Proto.Model().Input("x", 1, "batch", 3L, 0).Node("Echo", ["x"], ["y"]).Output("y").Read();
        model.Inputs.Single().Type.Shape.ToString().ShouldBe("[batch, 3, x.2]");
        model.Types["y"].Shape.ToString().ShouldBe("[batch, 3, x.2]");
    }

    [Fact]
    public void Read_FreshDimName_AvoidsNamesOfTheFile() =>
        Proto.Model().Input("x", 1, 0, "x.0").Node("Echo", ["x"], ["y"]).Output("y").Read()
            .Inputs.Single().Type.Shape.ToString().ShouldBe("[x.0_2, x.0]");

    [Fact]
    public void Read_NodesWithoutNamesOrWithOneName_GetNamesOfTheirOwn()
    {
        Model model = Proto.Model().Input("x", 1, 3L).Node("Echo", ["x"], ["a"]).Node("Echo", ["a"], ["b"], "n").Node("Echo", ["b"], ["c"], "n")
            .Node("Echo", ["c"], ["y"], "Echo_0").Output("y").Read();
        model.Nodes.Select(n => n.Name).ShouldBe(["Echo_0_2", "n", "n_2", "Echo_0"]);
    }

    [Fact]
    public void Read_UnknownAttributes_AreKept() =>
        Proto.Model().Input("x", 1, 3L).Node("Echo", ["x"], ["y"], attributes: [Proto.Int("gain", 2), Proto.Text("note", "hm")]).Output("y").Read()
            .Nodes.Single().Extra.Single().ShouldBe(new("note", new AttributeValue.Text("hm")));

    [Fact]
    public void Read_AttributeWithoutType_IsTakenByWhatIsSet()
    {
        AttributeProto gain = Proto.Int("gain", 7);
        gain.ClearType();
        Model model = Proto.Model().Input("x", 1, 3L).Node("Echo", ["x"], ["y"], attributes: [gain]).Output("y").Read();
        model.Nodes.Single().Operator.ShouldBe(new Echo("Echo", 7));
    }

    [Fact]
    public void Read_TypedFields_AllElementTypes()
    {
        ModelProto file = Proto.Line();
        TensorProto T(string name, int type, Action<TensorProto> fill)
        {
            TensorProto tensor = Proto.Tensor(name, type, 2);
            fill(tensor);
            return tensor;
        }
        file.Initializer(T("f32", 1, t => t.FloatData.AddRange([1.5f, -2])));
        file.Initializer(T("f64", 11, t => t.DoubleData.AddRange([1.5, -2])));
        file.Initializer(T("i8", 3, t => t.Int32Data.AddRange([-128, 127])));
        file.Initializer(T("u8", 2, t => t.Int32Data.AddRange([0, 255])));
        file.Initializer(T("i16", 5, t => t.Int32Data.AddRange([-32768, 32767])));
        file.Initializer(T("u16", 4, t => t.Int32Data.AddRange([0, 65535])));
        file.Initializer(T("i32", 6, t => t.Int32Data.AddRange([int.MinValue, int.MaxValue])));
        file.Initializer(T("u32", 12, t => t.Uint64Data.AddRange([0, uint.MaxValue])));
        file.Initializer(T("i64", 7, t => t.Int64Data.AddRange([long.MinValue, long.MaxValue])));
        file.Initializer(T("u64", 13, t => t.Uint64Data.AddRange([0, ulong.MaxValue])));
        file.Initializer(T("bool", 9, t => t.Int32Data.AddRange([1, 0])));
        Model model = file.Read();
        model.Weights["f32"].ToArray().ShouldBe([1.5f, -2]);
        model.Constants["f64"].As<double>().ToArray().ShouldBe([1.5, -2]);
        model.Constants["i8"].As<sbyte>().ToArray().ShouldBe([(sbyte)-128, (sbyte)127]);
        model.Constants["u8"].As<byte>().ToArray().ShouldBe([(byte)0, (byte)255]);
        model.Constants["i16"].As<short>().ToArray().ShouldBe([short.MinValue, short.MaxValue]);
        model.Constants["u16"].As<ushort>().ToArray().ShouldBe([(ushort)0, ushort.MaxValue]);
        model.Constants["i32"].As<int>().ToArray().ShouldBe([int.MinValue, int.MaxValue]);
        model.Constants["u32"].As<uint>().ToArray().ShouldBe([0u, uint.MaxValue]);
        model.Constants["i64"].As<long>().ToArray().ShouldBe([long.MinValue, long.MaxValue]);
        model.Constants["u64"].As<ulong>().ToArray().ShouldBe([0ul, ulong.MaxValue]);
        model.Constants["bool"].As<bool>().ToArray().ShouldBe([true, false]);
    }

    [Fact]
    public void Read_FloatScalars_AreConstantsAndVectorsAreWeights()
    {
        TensorProto scalar = Proto.Tensor("scalar", 1);
        scalar.FloatData.Add(4);
        Model model = Proto.Line().Initializer(scalar).Initializer(Proto.Floats("vector", 4)).Read();
        model.Constants.Keys.ShouldBe(["scalar"]);
        model.Weights.Keys.ShouldBe(["vector"]);
    }

    [Fact]
    public void Read_ConstantNodes_BecomeInitializers()
    {
        var floats = new AttributeProto { Name = "value_floats", Type = 6, Floats = { 1, 2 } };
        var ints = new AttributeProto { Name = "value_ints", Type = 7, Ints = { 3, 4 } };
        var tensor = new AttributeProto { Name = "value", Type = 4, T = Proto.Floats("", 5, 6, 7) };
        Model model = Proto.Line().Node("Constant", [], ["a"], attributes: [floats]).Node("Constant", [], ["b"], attributes: [ints])
            .Node("Constant", [], ["c"], attributes: [tensor]).Node("Constant", [], ["d"], attributes: [Proto.Int("value_int", 8)])
            .Node("Constant", [], ["e"], attributes: [Proto.Float("value_float", 9)]).Node("Constant", [], ["f"], domain: "ai.onnx", attributes: [ints]).Read();
        model.Nodes.Length.ShouldBe(1);
        model.Weights["a"].ToArray().ShouldBe([1, 2]);
        model.Constants["b"].As<long>().ToArray().ShouldBe([3, 4]);
        model.Weights["c"].ToArray().ShouldBe([5, 6, 7]);
        model.Constants["d"].Type.ShouldBe(new TensorType(DType.I64, Shape.Scalar));
        model.Constants["e"].Floats[0].ShouldBe(9);
        model.Constants["f"].Length.ShouldBe(2);
    }

    [Fact]
    public void Read_InitializerThatIsListedAsInput_IsNoInput()
    {
        Model model = Proto.Line().Input("w", 1, 2L).Initializer(Proto.Floats("w", 1, 2)).Read();
        model.Inputs.Select(i => i.Name).ShouldBe(["x"]);
        model.Weights.ContainsKey("w").ShouldBeTrue();
    }

    [Fact]
    public void Read_OlderAttributeForm_BecomesInputs()
    {
        Model model = Proto.Model(7).Input("x", 1, 3L).Node("Bounded", ["x"], ["y"], "b", attributes: [Proto.Float("max", 6)]).Output("y").Read();
        model.Nodes.Single().Inputs.ShouldBe(["x", "b_input1", "b_input2"]);
        model.Constants["b_input1"].Floats[0].ShouldBe(-1);
        model.Constants["b_input2"].Floats[0].ShouldBe(6);
    }

    [Theory]
    [InlineData(10, 0x3E00, 1.5f)]
    [InlineData(16, 0x3FC0, 1.5f)]
    public void Read_HalvesThatOnlyCastReads_AreWidened(int type, int bits, float expected)
    {
        TensorProto raw = Proto.Tensor("raw", type, 1), typed = Proto.Tensor("typed", type, 1);
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)bits);
        raw.RawData = ByteString.CopyFrom(bytes);
        typed.Int32Data.Add(bits);
        Catalog<OperatorSpec> withCast = Echo.Catalog.With(new OperatorSpec("Cast", _ => new Echo("Cast", 1)));
        ModelProto file = Proto.Line().Initializer(raw).Initializer(typed)
            .Node("Cast", ["raw"], ["a"], attributes: [Proto.Int("to", 1)]).Node("Cast", ["typed"], ["b"], attributes: [Proto.Int("to", 1)]);
        Model model = OnnxFiles.Read(file.ToByteArray(), withCast);
        model.Weights["raw"].ToArray().ShouldBe([expected]);
        model.Weights["typed"].ToArray().ShouldBe([expected]);
    }

    [Fact]
    public void Read_Metadata_IsKept()
    {
        ModelProto file = Proto.Line(9);
        (file.ProducerName, file.ProducerVersion, file.DocString, file.ModelVersion) = ("pytorch", "2.1", "doc", 5);
        file.MetadataProps.Add(new StringStringEntryProto { Key = "pare.scale", Value = "0.5" });
        Metadata metadata = file.Read().Metadata;
        metadata.Name.ShouldBe("g");
        metadata.Opset.ShouldBe(9);
        metadata.Properties.Select(p => $"{p.Key}={p.Value}").ShouldBe(
            ["onnx.doc_string=doc", "onnx.model_version=5", "onnx.producer_name=pytorch", "onnx.producer_version=2.1", "pare.scale=0.5"]);
    }
}
