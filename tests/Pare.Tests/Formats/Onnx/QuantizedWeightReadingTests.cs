using Google.Protobuf;
using Pare.Encodings;
using Pare.Formats.Onnx.Wire;
using Pare.Operators;

namespace Pare.Tests.Formats.Onnx;

public class QuantizedWeightReadingTests
{
    private const int Float = 1, UInt8 = 2, Int8 = 3, UInt16 = 4, Int16 = 5, Int32 = 6, UInt4 = 21, Int4 = 22, Int2 = 26;

    [Theory]
    [InlineData(UInt8, 8, false)]
    [InlineData(Int8, 8, true)]
    [InlineData(UInt16, 16, false)]
    [InlineData(Int16, 16, true)]
    [InlineData(UInt4, 4, false)]
    [InlineData(Int4, 4, true)]
    [InlineData(Int2, 2, true)]
    public void Read_DequantizedInitializer_IsAWeight(int type, int bits, bool isSigned)
    {
        int[] codes = bits == 2 ? [1, -2, 0, -1, 1, 0] : isSigned ? [1, -2, 7, -8, 0, 3] : [1, 2, 7, 15, 0, 3];
        int zero = bits == 2 ? 1 : 3;
        Model model = File(Codes("q", type, codes, 2, 3), Scale("s", 0.5f), Codes("z", type, [zero])).Read();
        model.Nodes.Select(n => n.Operator.Name).ShouldBe(["Add"]);
        model.Constants.ShouldBeEmpty();
        model.Weights.Keys.ShouldBe(["w"]);
        Scaled weight = model.Weights["w"].ShouldBeOfType<Scaled>();
        weight.Axis.ShouldBe(Scaled.WholeWeight);
        Integer integer = weight.Inner.ShouldBeOfType<Integer>();
        (integer.Codes.Bits, integer.IsSigned, integer.ZeroPoint).ShouldBe((bits, isSigned, zero));
        weight.ToArray().ShouldBe([.. codes.Select(c => (c - zero) * 0.5f)]);
    }

    [Fact]
    public void Read_ScaleForEachChannel_KeepsTheAxis()
    {
        Model model = File(Codes("q", Int8, [1, 2, 3, 4, 5, 6], 2, 3), Vector("s", 0.5f, 2), null, Proto.Int("axis", 0)).Read();
        ((Scaled)model.Weights["w"]).Axis.ShouldBe(0);
        model.Weights["w"].ToArray().ShouldBe([0.5f, 1, 1.5f, 8, 10, 12]);
        ((Scaled)File(Codes("q", Int8, [1, 2, 3, 4, 5, 6], 2, 3), Vector("s", 0.5f, 2, 1), null, Proto.Int("axis", -1)).Read().Weights["w"]).Axis.ShouldBe(1);
        ((Scaled)File(Codes("q", Int8, [1, 2, 3, 4, 5, 6], 2, 3), Vector("s", 0.5f), null, Proto.Int("axis", 0)).Read().Weights["w"]).Axis.ShouldBe(Scaled.WholeWeight);
    }

    [Fact]
    public void Read_Blocks_AreKept()
    {
        TensorProto scales = Vector("s", 1, 2, 3, 4);
        scales.Dims.Clear();
        scales.Dims.AddRange([2, 2]);
        var weight = (Scaled)File(Codes("q", Int4, [1, 2, 3, 4, 5, 6], 2, 3), scales, null, Proto.Int("axis", 1), Proto.Int("block_size", 2)).Read().Weights["w"];
        (weight.Axis, weight.Block).ShouldBe((1, 2));
        weight.ToArray().ShouldBe([1, 2, 6, 12, 15, 24]);
    }

    [Fact]
    public void Read_ZeroPointsThatDiffer_AreSubtracted()
    {
        Integer Read(int type, int[] codes, params int[] zeros) => (Integer)((Scaled)File(
            Codes("q", type, codes, 2, 2), Vector("s", 1, 1), Codes("z", type, zeros, 2), Proto.Int("axis", 0)).Read().Weights["w"]).Inner;
        Integer same = Read(UInt8, [1, 2, 3, 4], 3, 3), near = Read(UInt8, [130, 120, 3, 4], 128, 5), far = Read(UInt8, [255, 0, 0, 255], 0, 128);
        (same.Codes.Bits, same.ZeroPoint, same.IsSigned).ShouldBe((8, 3, false));
        (near.Codes.Bits, near.ZeroPoint, near.IsSigned).ShouldBe((8, 0, true));
        near.ToArray().ShouldBe([2, -8, -2, -1]);
        far.Codes.Bits.ShouldBe(16);
        far.ToArray().ShouldBe([255, 0, -128, 127]);
    }

    [Fact]
    public void Read_IntegersOf32Bits_AreFloats()
    {
        Model model = File(Codes("q", Int32, [100_000, -3], 2), Vector("s", 0.5f, 2), null, Proto.Int("axis", 0)).Read();
        model.Weights["w"].ShouldBeOfType<Dense>().ToArray().ShouldBe([50_000, -6]);
        model.Nodes.Length.ShouldBe(1);
    }

    [Fact]
    public void Read_WeightQuantizedWithinTheFile_IsQuantized()
    {
        ModelProto file = Proto.Model(21).Input("x", 1, 2L).Initializer(Vector("f", 1.3f, -100)).Initializer(Scale("s", 0.5f)).Initializer(Codes("z", Int8, [0]))
            .Node("QuantizeLinear", ["f", "s", "z"], ["q"]).Node("DequantizeLinear", ["q", "s", "z"], ["w"]).Node("Add", ["x", "w"], ["y"]).Output("y");
        Model model = OnnxFiles.Read(file.ToByteArray(), OperatorCatalog.Default);
        model.Nodes.Length.ShouldBe(1);
        model.Weights.Keys.ShouldBe(["w"]);
        model.Weights["w"].ToString().ShouldBe("scaled(dense, integer)");
        model.Weights["w"].ToArray().ShouldBe([1.5f, -64]);
        file.Graph.Initializer[2] = Codes("z", Int4, [0]);
        OnnxFiles.Read(file.ToByteArray(), OperatorCatalog.Default).Weights["w"].ToArray().ShouldBe([1.5f, -4]);
    }

    [Fact]
    public void Read_SharedInitializers_StayCorrect()
    {
        // q feeds two weights and a node of its own, i4 a weight and a node that Pare lacks.
        ModelProto file = Proto.Model(21).Input("x", 1, 2L)
            .Initializer(Codes("q", Int8, [4, -6], 2)).Initializer(Scale("s", 0.5f)).Initializer(Scale("t", 2)).Initializer(Codes("i4", Int4, [1, -1], 2))
            .Node("DequantizeLinear", ["q", "s"], ["w"]).Node("DequantizeLinear", ["q", "t"], ["v"]).Node("DequantizeLinear", ["i4", "t"], ["u"])
            .Node("Cast", ["q"], ["c"], attributes: [Proto.Int("to", 1)]).Node("Unknown", ["i4"], ["k"], "k", "com.example")
            .Node("Sum", ["x", "w", "v", "u", "c"], ["y"]).Output("y").Output("k");
        file.OpsetImport.Add(new OperatorSetIdProto { Domain = "com.example", Version = 1 });
        Model model = OnnxFiles.Read(file.ToByteArray(), OperatorCatalog.Default);
        model.Weights["w"].ToArray().ShouldBe([2, -3]);
        model.Weights["v"].ToArray().ShouldBe([8, -12]);
        model.Weights["u"].ToArray().ShouldBe([2, -2]);
        model.Constants.Keys.ShouldBe(["q"]);
        model.Nodes.Count(n => n.Operator is ForeignOperator).ShouldBe(2); // the node and what it reads
        Model back = OnnxFiles.Read(model.Write(operators: OperatorCatalog.Default), OperatorCatalog.Default);
        back.ShouldEqual(model);
    }

    [Fact]
    public void Read_ConstantNodesAndFunctions_AreWeights()
    {
        ModelProto file = Proto.Model(21).Input("x", 1, 2L);
        foreach (TensorProto tensor in (TensorProto[])[Codes("q", Int4, [3, -6], 2), Scale("s", 0.5f)])
            file.Node("Constant", [], [tensor.Name], attributes: [new AttributeProto { Name = "value", Type = 4, T = tensor }]);
        file.Node("Wrap", ["q", "s"], ["w"], "call", "own").Node("Add", ["x", "w"], ["y"]).Output("y");
        var function = new FunctionProto { Name = "Wrap", Domain = "own", Input = { "a", "b" }, Output = { "c" } };
        function.Node.Add(new NodeProto { OpType = "DequantizeLinear", Input = { "a", "b" }, Output = { "c" } });
        function.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = 21 });
        file.Functions.Add(function);
        Model model = OnnxFiles.Read(file.ToByteArray(), OperatorCatalog.Default);
        model.Nodes.Select(n => n.Operator.Name).ShouldBe(["Add"]);
        model.Weights["w"].ToArray().ShouldBe([1.5f, -3]);
    }

    [Fact]
    public void Read_NarrowInitializerThatNobodyDequantizes_IsPassedOn()
    {
        ModelProto file = Proto.Model(21).Input("x", 1, 2L).Initializer(Codes("i4", Int4, [1, -1, 3], 3)).Node("Relu", ["x"], ["y"], "relu").Output("y");
        Model model = OnnxFiles.Read(file.ToByteArray(), OperatorCatalog.Default);
        model.Write(operators: OperatorCatalog.Default).Proto().Graph.Initializer.Single().RawData.ShouldBe(file.Graph.Initializer[0].RawData);
    }

    [Fact]
    public void Read_OfAScalar_IsAConstant()
    {
        Model model = File(Codes("q", UInt8, [7]), Scale("s", 0.5f), Codes("z", UInt8, [3])).Read();
        model.Constants["w"].Floats[0].ShouldBe(2);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(-1f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Read_ScaleThatIsNone_Throws(float scale)
    {
        Should.Throw<ModelException>(() => File(Codes("q", Int8, [1, 2], 2), Scale("s", scale), null).Read()).Message.ShouldContain("the scale 's'");
        Should.Throw<ModelException>(() => File(Codes("q", Int8, [1, 2], 2), Vector("s", 1, scale), null, Proto.Int("axis", 0)).Read()).Message.ShouldContain("'s'[1]");
        ModelProto values = Proto.Model(21).Input("x", 1, 2L).Initializer(Scale("s", scale)).Node("QuantizeLinear", ["x", "s"], ["y"], "quantize").Output("y");
        values.Graph.Output[0].Type.TensorType.ElemType = UInt8;
        Should.Throw<ModelException>(() => OnnxFiles.Read(values.ToByteArray(), OperatorCatalog.Default)).Message.ShouldContain("'quantize'");
    }

    [Fact]
    public void Read_WrongShapes_Throw()
    {
        Fails("[3]", Codes("q", Int8, [1, 2], 2), Vector("s", 1, 2, 3), null, Proto.Int("axis", 0));
        Fails("as many", Codes("q", Int8, [1, 2], 2), Vector("s", 1, 2), Codes("z", Int8, [0, 0, 0], 3), Proto.Int("axis", 0));
        Fails("different types", Codes("q", Int4, [1, 2], 2), Scale("s", 1), Codes("z", UInt4, [0]));
        Fails("blocks of 3", Codes("q", Int8, [1, 2], 2), Vector("s", 1, 2), null, Proto.Int("axis", 0), Proto.Int("block_size", 3));
        Fails("axis 5", Codes("q", Int8, [1, 2], 2), Vector("s", 1, 2), null, Proto.Int("axis", 5));
        TensorProto odd = Codes("q", Int4, [1, 2, 3], 3);
        odd.RawData = ByteString.CopyFrom(1);
        Fails("1 bytes of data", odd, Scale("s", 1), null);

        static void Fails(string text, TensorProto codes, TensorProto scales, TensorProto? zeros, params AttributeProto[] attributes) =>
            Should.Throw<ModelException>(() => File(codes, scales, zeros, attributes).Read()).Message.ShouldContain(text);
    }

    [Fact]
    public void Read_NarrowIntegersInInt32Data_AreTheSame()
    {
        TensorProto codes = Codes("q", Int4, [1, -2, 7], 3);
        codes.Int32Data.AddRange([.. codes.RawData.Select(b => (int)b)]);
        codes.ClearRawData();
        File(codes, Scale("s", 1), null).Read().Weights["w"].ToArray().ShouldBe([1, -2, 7]);
    }

    [Fact]
    public void Read_OneInitializerForManyNodes_TakesItsMemoryOnce()
    {
        ModelProto file = Proto.Model(21).Input("x", 1, 2L).Initializer(Scale("s", 1)).Initializer(Codes("q", Int8, new int[100_000], 100_000)).Initializer(Codes("b", Int32, new int[100_000], 100_000));
        for (int i = 0; i < 1000; i++) file.Node("DequantizeLinear", ["q", "s"], [$"w{i}"]).Node("DequantizeLinear", ["b", "s"], [$"b{i}"]);
        byte[] bytes = file.Node("Relu", ["x"], ["y"]).Output("y").ToByteArray();
        long before = GC.GetAllocatedBytesForCurrentThread();
        OnnxFiles.Read(bytes, OperatorCatalog.Default).Weights.Count.ShouldBe(1000);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(40 << 20);
    }

    /// <summary>x + w, w dequantized.</summary>
    internal static Quantized File(TensorProto codes, TensorProto scales, TensorProto? zeros, params AttributeProto[] attributes)
    {
        ModelProto file = Proto.Model(21).Input("x", Float, [.. codes.Dims.Select(d => (object)d)]).Initializer(codes).Initializer(scales);
        if (zeros is not null) file.Initializer(zeros);
        return new Quantized(file.Node("DequantizeLinear", zeros is null ? ["q", "s"] : ["q", "s", "z"], ["w"], "dequantize", attributes: attributes).Node("Add", ["x", "w"], ["y"], "add").Output("y"));
    }

    internal sealed record Quantized(ModelProto Proto)
    {
        public Model Read() => OnnxFiles.Read(Proto.ToByteArray(), OperatorCatalog.Default);
    }

    internal static TensorProto Codes(string name, int type, int[] codes, params long[] dims)
    {
        TensorProto tensor = Proto.Tensor(name, type, dims);
        int bits = type switch { Int2 => 2, Int4 or UInt4 => 4, Int8 or UInt8 => 8, Int16 or UInt16 => 16, _ => 32 };
        var bytes = new byte[(codes.Length * bits + 7) / 8];
        for (int i = 0; i < codes.Length; i++)
            for (int bit = 0; bit < bits; bit++)
                if ((codes[i] >> bit & 1) == 1) bytes[(i * bits + bit) / 8] |= (byte)(1 << (i * bits + bit) % 8);
        tensor.RawData = ByteString.CopyFrom(bytes);
        return tensor;
    }

    private static TensorProto Scale(string name, float value)
    {
        TensorProto tensor = Proto.Tensor(name, Float);
        tensor.FloatData.Add(value);
        return tensor;
    }

    private static TensorProto Vector(string name, params float[] values) => Proto.Floats(name, values);
}
