using Pare.Encodings;
using Pare.Formats;
using Pare.Formats.Onnx;
using Pare.Formats.Onnx.Wire;
using Pare.Operators;
using Pare.Tests.Encodings;

namespace Pare.Tests.Formats.Onnx;

public class QuantizedWritingTests
{
    [Theory]
    [InlineData(8, 17, "int8", 17)]
    [InlineData(5, 17, "int8", 17)]
    [InlineData(4, 17, "int4", 21)]
    [InlineData(1, 23, "int4", 23)]
    [InlineData(16, 17, "int16", 21)]
    [InlineData(8, 9, "int8", 13)]
    public void Write_ScaledInteger_IsIntegersBehindDequantizeLinear(int bits, int opset, string type, int written)
    {
        Model model = QuantizedModels.Line(QuantizedModels.Integers(bits, 1, 0, 16, 6), opset);
        ModelProto file = Written(model).Proto();
        file.OpsetImport.Single().Version.ShouldBe(written);
        NodeProto node = file.Graph.Node.Single(n => n.OpType == "DequantizeLinear");
        node.Output.ShouldBe(["w"]);
        node.Input.ShouldBe(["w_quantized", "w_scale", $"zero_point_{type}_6"]);
        ElementType.Name(file.Graph.Initializer.Single(t => t.Name == "w_quantized").DataType).ShouldBe(type);
        Model back = Check(model);
        back.Weights["w"].ToString().ShouldBe("scaled(dense, integer)");
        ((Scaled)back.Weights["w"]).Axis.ShouldBe(1);
        ((Integer)((Scaled)back.Weights["w"]).Inner).Codes.Bits.ShouldBe(bits <= 4 ? 4 : bits <= 8 ? 8 : 16);
        back.Weights["w"].ToArray().ShouldBe(model.Weights["w"].ToArray());
        back.Nodes.Select(n => n.Name).ShouldBe(["y"]);
    }

    public static TheoryData<string> Trees => ["blocks", "unsigned", "whole", "sparse", "codebook", "negative", "bare"];

    [Theory, MemberData(nameof(Trees))]
    public void Write_TreeOfIntegers_DecodesToTheSame(string tree)
    {
        WeightEncoding weight = tree switch
        {
            "blocks" => QuantizedModels.Integers(4, 0, 5, 16, 6),
            "unsigned" => new Scaled(1, QuantizedModels.Integers(8, 1, 0, 16, 6).Scales, EncodingExamples.Ints(8, false, 117, 16, 6)),
            "whole" => QuantizedModels.Integers(8, Scaled.WholeWeight, 0, 16, 6),
            "sparse" => new Scaled(1, QuantizedModels.Integers(8, 1, 0, 16, 6).Scales, EncodingExamples.Some(3, n => EncodingExamples.Ints(8, true, 0, n), null, 16, 6)),
            "codebook" => new Codebook(Shape.Of(16, 6), EncodingExamples.Book(16, 16, 6).Indices, QuantizedModels.Integers(8, Scaled.WholeWeight, 0, 16)),
            "negative" => new Scaled(0, EncodingExamples.Leaf(16), ((Scaled)QuantizedModels.Integers(8, 1, 0, 16, 6)).Inner),
            _ => EncodingExamples.Ints(8, true, 0, 16, 6),
        };
        Model model = QuantizedModels.Line(weight), back = Check(model);
        back.Weights["w"].ToArray().ShouldBe(weight.ToArray());
        back.Weights["w"].ToString().ShouldBe("scaled(dense, integer)");
        if (weight is Scaled { Inner: Integer integer } && tree != "negative")
        {
            var read = (Scaled)back.Weights["w"];
            (read.Axis, read.Block).ShouldBe((((Scaled)weight).Axis, ((Scaled)weight).Block));
            (((Integer)read.Inner).ZeroPoint, ((Integer)read.Inner).IsSigned).ShouldBe((integer.ZeroPoint, integer.IsSigned));
            ((Integer)read.Inner).Codes.Bytes.ToArray().ShouldBe(integer.Codes.Bytes.ToArray());
        }
    }

    [Theory]
    [InlineData(4, 20, "int8")] // the values are the same
    [InlineData(4, 12, "float")] // nor is there a scale for each channel
    [InlineData(16, 17, "float")]
    public void Write_OpsetAskedFor_IsKept(int bits, int opset, string type)
    {
        Model model = QuantizedModels.Line(QuantizedModels.Integers(bits, 1, 0, 16, 6));
        var options = new OnnxWriteOptions { Opset = opset };
        ModelProto file = Written(model, options).Proto();
        file.OpsetImport.Single().Version.ShouldBe(opset);
        ElementType.Name(file.Graph.Initializer[0].DataType).ShouldBe(type);
        Check(model, options).Weights["w"].ToArray().ShouldBe(model.Weights["w"].ToArray());
    }

    [Fact]
    public void Write_AsFloats_HasNoIntegers()
    {
        Model model = QuantizedModels.Line(QuantizedModels.Integers(4, 1, 0, 16, 6));
        Check(model, new OnnxWriteOptions { Quantized = QuantizedForm.Floats }).Weights["w"].ShouldBeOfType<Dense>().ToArray().ShouldBe(model.Weights["w"].ToArray());
    }

    [Fact]
    public void Write_NodesThatPareLacks_KeepTheOpset()
    {
        ModelProto foreign = Proto.Model(17).Input("x", 1, "N", 16L).Node("Unknown", ["x"], ["z"], "z").Initializer(Proto.Floats("f", new float[16])).Node("Add", ["x", "f"], ["y"]).Output("y").Output("z");
        Model model = OnnxFiles.Read(Google.Protobuf.MessageExtensions.ToByteArray(foreign), OperatorCatalog.Default);
        model = model.WithWeights([new("f", QuantizedModels.Integers(4, 0, 0, 16))]);
        ModelProto file = Written(model).Proto();
        file.OpsetImport.Single().Version.ShouldBe(17);
        file.Graph.Initializer.Single(t => t.Name == "f_quantized").DataType.ShouldBe(3);
    }

    [Theory]
    [InlineData(8, DType.U8, true)]
    [InlineData(8, DType.I8, false)]
    [InlineData(3, DType.U8, true)]
    [InlineData(8, DType.U16, true)]
    public void Write_QuantizedNetwork_ReadsBackTheSame(int bits, DType values, bool perChannel)
    {
        Model model = QuantizedModels.Network(bits, 13, values, perChannel), back = Check(model);
        ModelProto file = Written(model).Proto();
        // The biases of the layers whose output is quantized: Conv, Conv, Gemm.
        file.Graph.Initializer.Count(t => t.DataType == 6).ShouldBe(3);
        back.Nodes.Count(n => n.Operator is DequantizeLinear).ShouldBe(model.Nodes.Count(n => n.Operator is DequantizeLinear));
        foreach (string bias in (string[])["conv1.bias", "conv2.bias", "fc.bias"])
        {
            float[] before = model.Weights[bias].ToArray(), after = back.Weights[bias].ShouldBeOfType<Dense>().ToArray();
            for (int i = 0; i < before.Length; i++) after[i].ShouldBe(before[i], 0.01f);
            after.ShouldNotBe(before);
        }
        Check(back); // and once more: equal again
    }

    [Fact]
    public void Write_BiasBehindAPooling_IsIntegers()
    {
        var editor = new ModelEditor();
        string x = QuantizedModels.Quantized(editor, editor.AddInput("x", new TensorType(DType.F32, Shape.Of(1, 2, 4, 4))), "x", 0.05f, DType.U8, isPositive: false);
        string w = editor.SetWeight("w", QuantizedModels.Integers(8, Scaled.WholeWeight, 0, 3, 2, 1, 1)), b = editor.SetWeight("b", EncodingExamples.Leaf(3));
        string pool = editor.Add(new MaxPool { Window = Window.Square(2, stride: 2) }, "pool", x);
        editor.AddOutput(QuantizedModels.Quantized(editor, editor.Add(new Conv(), "conv", pool, w, b), "y", 0.05f, DType.U8, isPositive: false));
        Model model = editor.Build();
        Written(model).Proto().Graph.Initializer.Single(t => t.Name == "b_quantized").DataType.ShouldBe(6);
        Check(model);
        QOperatorForm.Apply(model).ShouldBeSameAs(model);
    }

    [Fact]
    public void Write_BiasThatOthersRead_StaysFloats()
    {
        Model model = QuantizedModels.Network();
        var editor = new ModelEditor(model);
        editor.AddOutput(editor.Add(new Identity(), "copy", "conv1.bias"));
        Check(editor.Build()).Weights["conv1.bias"].ToArray().ShouldBe(model.Weights["conv1.bias"].ToArray());
    }

    [Fact]
    public void Write_ZeroPoints_AreShared() => Written(QuantizedModels.Network()).Proto().Graph.Initializer.Count(t => t.Name.StartsWith("zero_point_", StringComparison.Ordinal)).ShouldBe(3); // of 8, 6 and 5 channels

    [Fact]
    public void Write_ExternalData_HoldsIntegers()
    {
        using var folder = new TemporaryFolder();
        Model model = QuantizedModels.Line(QuantizedModels.Integers(8, 1, 0, 64, 64));
        string path = Path.Combine(folder.Path, "m.onnx");
        ModelFile.Save(model, path, new OnnxFormat(new OnnxWriteOptions { InlineLimitBytes = 0 }));
        Directory.GetFiles(folder.Path, "*.data").Length.ShouldBe(1);
        ModelFile.Load(path).Weights["w"].ToArray().ShouldBe(model.Weights["w"].ToArray());
    }

    [SharedDataFact("models/resnet-cifar10/resnet20-cifar10.onnx")]
    public void Write_ResNet20In8Bits_IsAtLeast3Point4TimesSmaller()
    {
        string path = SharedData.PathOf("models/resnet-cifar10/resnet20-cifar10.onnx");
        Model model = Pare.Passes.FoldBatchNorm.Apply(ModelFile.Load(path));
        model = model.WithWeights(model.Weights.Where(w => w.Value.Shape.Rank > 1)
            .Select(w => KeyValuePair.Create(w.Key, (WeightEncoding)QuantizedModels.Integers(8, model.Reader(w.Key).ChannelAxis ?? 0, 0, [.. w.Value.Shape.Fixed]))));
        double ratio = (double)new FileInfo(path).Length / Written(model).Length;
        ratio.ShouldBeGreaterThan(3.4);
    }

    /// <summary>Written and read as saving does it, with its comparison.</summary>
    private static Model Check(Model model, OnnxWriteOptions? options = null)
    {
        var format = new OnnxFormat(options);
        Model back = OnnxFiles.Read(Written(model, options), OperatorCatalog.Default);
        ModelComparison.FirstDifference(format.Keep(model), back, CancellationToken.None).ShouldBeNull();
        return back;
    }

    private static byte[] Written(Model model, OnnxWriteOptions? options = null)
    {
        var to = new MemoryStream();
        new OnnxFormat(options).Write(model, to, ModelFileContext.Default);
        return to.ToArray();
    }
}
