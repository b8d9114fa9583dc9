using Pare.Operators;
using Pare.Passes;
using Pare.Tests.Formats.Onnx;

namespace Pare.Tests.Passes;

public class SimplifyTests
{
    private const string Mnist = "models/mnist-8.onnx", ResNet20 = "models/resnet-cifar10/resnet20-cifar10.onnx";

    [SharedDataFact(ResNet20)]
    public void ForInference_ResNet20_LeavesLayersOnlyAndKeepsTheBatchOpen()
    {
        Model model = Read(ResNet20), simple = Simplify.ForInference(model);
        Dictionary<string, int> kinds = simple.Nodes.CountBy(n => n.Operator.Name).ToDictionary();
        kinds.Keys.ShouldBeSubsetOf(["Conv", "Relu", "Add", "Slice", "Pad", "Gemm", "GlobalAveragePool", "AveragePool", "ReduceMean", "Reshape", "Flatten"]);
        kinds["Conv"].ShouldBe(19);
        kinds["Pad"].ShouldBe(2);
        simple.Constants.Count.ShouldBe(2 * (4 + 4 + 2) + 1, "two shortcuts of two slices and a pad, and one reshape");
        simple.Types["logits"].ShouldBe(model.Types["logits"]);
        SameOutput(model, simple, "image", 3, 32, 32);
        Writes(simple);
    }

    [SharedDataFact(ResNet20)]
    public void ForTraining_ResNet20_KeepsBatchNormalizationAndEveryNumber()
    {
        Model model = Read(ResNet20), simple = Simplify.ForTraining(model);
        simple.Nodes.Count(n => n.Operator is BatchNormalization).ShouldBe(19);
        simple.Nodes.ShouldNotContain(n => n.Operator is ConstantOfShape || n.Operator is ShapeOf || n.Operator is Concat);
        simple.Weights.Values.Sum(w => w.Length).ShouldBe(model.Weights.Values.Sum(w => w.Length));
        Writes(simple);
    }

    [SharedDataFact(Mnist)]
    public void ForInference_Mnist_IsSixLayers()
    {
        Model model = Read(Mnist), simple = Simplify.ForInference(model);
        simple.Nodes.Select(n => n.Operator.Name).ShouldBe(["Conv", "Relu", "MaxPool", "Conv", "Relu", "MaxPool", "Reshape", "Gemm"]);
        SameOutput(model, simple, "Input3", 1, 28, 28);
        Writes(simple);
    }

    [Fact]
    public void ForInference_NothingToDo_ReturnsTheSameModel()
    {
        var editor = new ModelEditor();
        string x = editor.AddInput("x", new TensorType(DType.F32, Shape.Of(1, 3)));
        editor.AddOutput(editor.Add(new Unary(UnaryFunctions.Relu), "relu", x));
        Model model = editor.Build();
        Simplify.ForInference(model).ShouldBeSameAs(model);
    }

    [Fact]
    public void ForInference_OldSoftmax_SurvivesNewOpsets()
    {
        var editor = new ModelEditor();
        string x = editor.AddInput("x", new TensorType(DType.F32, new Shape([Dim.Named("N"), 2, 3])));
        editor.AddOutput(editor.Add(new Softmax { Axis = 1, Flattened = true }, "probabilities", x));
        Model model = editor.Build(), simple = Simplify.ForInference(model);
        simple.Types[simple.Outputs[0]].ShouldBe(model.Types[model.Outputs[0]]);
        SameOutput(model, simple, "x", 2, 3);
        Writes(simple);
    }

    private static void SameOutput(Model model, Model simple, string input, params int[] dims)
    {
        Tensor x = new(DType.F32, Shape.Of([1, .. dims]));
        var rng = new Rng(3);
        for (int i = 0; i < x.Length; i++) x.Floats[i] = rng.NextSingle();
        float[] before = Run(model), after = Run(simple);
        for (int i = 0; i < before.Length; i++) after[i].ShouldBe(before[i], 1e-4f * Math.Max(1, Math.Abs(before[i])));

        float[] Run(Model m) => ScalarRun.Run(m, new Dictionary<string, Tensor> { [input] = x })[0].Floats.ToArray();
    }

    private static void Writes(Model model) => OnnxFiles.Read(model.Write(operators: OperatorCatalog.Default), OperatorCatalog.Default).ShouldEqual(model);

    private static Model Read(string file) => OnnxFiles.Read(File.ReadAllBytes(SharedData.PathOf(file)), OperatorCatalog.Default);
}
