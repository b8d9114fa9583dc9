using Pare.Formats.Onnx.Wire;
using Pare.Operators;

namespace Pare.Tests.Formats.Onnx;

/// <summary>What exporters of 2018 wrote: IR version 3, opset 7, every initializer an input too, a mask behind each Dropout.</summary>
public class OldExportTests
{
    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    public void Read_ExportOf2018_RunsAndReadsBackInNewOpsets(int opset)
    {
        Model model = OnnxFiles.Read(Google.Protobuf.MessageExtensions.ToByteArray(File(opset)), OperatorCatalog.Default);
        model.Inputs.Select(i => i.Name).ShouldBe(["x"]);
        model.Weights.Keys.ShouldBe(["w", "b", "scale", "shift", "mean", "variance", "Upsample_3_input2"], ignoreOrder: true);
        // conv: 2 x + 1; batch norm: (v - 1) / 2 * 3 + 0.5 = 3 x + 0.5; each number four times
        float[] expected = [3.5f, 3.5f, 6.5f, 6.5f, 3.5f, 3.5f, 6.5f, 6.5f];
        var x = Tensor.Of<float>(Shape.Of(1, 1, 1, 2), [1, 2]);
        foreach (Model form in (Model[])[model, OnnxFiles.Read(model.Write(17, OperatorCatalog.Default), OperatorCatalog.Default)])
        {
            Tensor y = ScalarRun.Run(form, new Dictionary<string, Tensor> { ["x"] = x })[0];
            y.Dims.ShouldBe([1, 1, 2, 4]);
            for (int i = 0; i < expected.Length; i++) y.Floats[i].ShouldBe(expected[i], 1e-4f);
            var session = new Session(form);
            x.Bytes.CopyTo(session.Input("x").Bytes);
            session.Run();
            for (int i = 0; i < expected.Length; i++) session.Output(form.Outputs[0]).Floats[i].ShouldBe(expected[i], 1e-4f);
        }
    }

    private static ModelProto File(int opset)
    {
        TensorProto weight = Proto.Floats("w", 2);
        weight.Dims.Clear();
        weight.Dims.AddRange([1, 1, 1, 1]);
        ModelProto file = Proto.Model(opset, ir: 3).Input("x", 1, 1L, 1L, 1L, 2L).Initializer(weight);
        foreach ((string name, float value) in (ReadOnlySpan<(string, float)>)[("b", 1), ("scale", 3), ("shift", 0.5f), ("mean", 1), ("variance", 4)])
            file.Initializer(Proto.Floats(name, value)).Input(name, 1, 1L);
        file.Input("w", 1, 1L, 1L, 1L, 1L);
        var scales = new AttributeProto { Name = "scales", Type = 6 };
        scales.Floats.AddRange([1, 1, 2, 2]);
        return file.Node("Conv", ["x", "w", "b"], ["c"])
            .Node("BatchNormalization", ["c", "scale", "shift", "mean", "variance"], ["n"], attributes: [Proto.Int("spatial", 1), Proto.Float("epsilon", 1e-6f)])
            .Node("Dropout", ["n"], ["d", "mask"], attributes: Proto.Float("ratio", 0.4f))
            .Node("Upsample", ["d"], ["y"], attributes: [scales, Proto.Text("mode", "nearest")]).Output("y");
    }
}
