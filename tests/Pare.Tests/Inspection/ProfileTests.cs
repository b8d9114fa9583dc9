using System.Collections.Immutable;
using Pare.Inspection;
using Pare.Operators;

namespace Pare.Tests.Inspection;

public class ProfileTests
{
    [Fact]
    public void Of_ASmallNetwork_CountsByHand()
    {
        // 2 -> 3 channels, 3 x 3, on 6 x 6 without pads: 4 x 4 outputs
        Profile profile = Profile.Of(Network());
        LayerProfile conv = Layer(profile, "conv"), norm = Layer(profile, "norm"), relu = Layer(profile, "relu"), pool = Layer(profile, "pool"), fc = Layer(profile, "fc");
        (conv.Kind, conv.Macs, conv.Operations, conv.Parameters, conv.KernelParameters).ShouldBe((LayerKind.Convolution, 54L * 16, 48L, 57L, 54L));
        (norm.Kind, norm.Macs, norm.Operations, norm.Parameters, norm.RunningStatistics).ShouldBe((LayerKind.Normalization, 0L, 96L, 6L, 6L));
        (relu.Macs, relu.Operations, relu.ActivationBytes, relu.MovedBytes).ShouldBe((0L, 48L, 192L, 384L));
        (pool.Operations, pool.ActivationBytes).ShouldBe((48L, 48L));
        (fc.Kind, fc.Macs, fc.Operations, fc.Parameters).ShouldBe((LayerKind.FullyConnected, 60L, 5L, 65L));
        Layer(profile, "flat").MovedBytes.ShouldBe(0);
        conv.MovedBytes.ShouldBe(4 * (72 + 57 + 48));
        conv.Intensity.ShouldBe(864.0 / 708, 1e-12);
        (profile.Parameters, profile.Macs, profile.LargestActivationBytes).ShouldBe((128L, 924L, 4L * (72 + 48)));
    }

    [Fact]
    public void Of_BoundBatch_MultipliesWorkAndActivationsButNotParameters()
    {
        Profile one = Profile.Of(Network()), four = Profile.Of(Network(), new ProfileOptions { Bindings = Batch(4) });
        (four.Macs, four.Operations, four.ActivationBytes, four.Parameters).ShouldBe((4 * one.Macs, 4 * one.Operations, 4 * one.ActivationBytes, one.Parameters));
    }

    [Fact]
    public void Of_WithMemory_SaysWhatAPlanTakes()
    {
        Profile profile = Profile.Of(Network(), new ProfileOptions { Memory = true, Threads = 2 });
        var plan = Pare.Runtime.ExecutionPlan.Build(Network(), new Pare.Runtime.PlanOptions { Threads = 2 });
        profile.Memory.ShouldNotBeNull();
        (profile.Memory.ArenaBytes, profile.Memory.PackedBytes).ShouldBe((plan.ArenaBytes, plan.PackedBytes));
        profile.Memory.ActivationBytes.ShouldBeInRange(4 * (72 + 48), profile.Memory.ArenaBytes);
        profile.MemoryFault.ShouldBeNull();
    }

    [Fact]
    public void Of_AWeightThatTwoNodesRead_CountsItOnce()
    {
        var editor = new ModelEditor();
        string x = editor.AddInput("x", new TensorType(DType.F32, Shape.Of(1, 4)));
        string w = editor.SetWeight("w", new Dense(Shape.Of(4, 4), new float[16]));
        editor.AddOutput(editor.Add(new MatMul(), "b", editor.Add(new MatMul(), "a", x, w), w));
        Profile profile = Profile.Of(editor.Build());
        (profile.Parameters, profile.Macs).ShouldBe((16L, 32L));
        profile.MacsOf(LayerKind.FullyConnected).ShouldBe(32);
    }

    [Fact]
    public void Of_AProductOfTwoComputedValues_IsNotFullyConnected()
    {
        var editor = new ModelEditor();
        string x = editor.AddInput("x", new TensorType(DType.F32, Shape.Of(3, 3)));
        editor.AddOutput(editor.Add(new MatMul(), "a", x, x));
        Profile profile = Profile.Of(editor.Build());
        (profile.Macs, profile.MacsOf(LayerKind.FullyConnected), profile.MacsOf(LayerKind.Other)).ShouldBe((27L, 0L, 27L));
    }

    [Fact]
    public void Of_WhatDoesNotDependOnTheInputs_CostsNothing()
    {
        var editor = new ModelEditor();
        string x = editor.AddInput("x", new TensorType(DType.F32, Shape.Of(2, 4)));
        string w = editor.SetWeight("w", new Dense(Shape.Of(5, 4), new float[20]));
        editor.AddOutput(editor.Add(new MatMul(), "a", x, editor.Add(new Transpose { Order = [1, 0] }, "t", w)));
        Profile profile = Profile.Of(editor.Build());
        Layer(profile, "t").MovedBytes.ShouldBe(0);
        (Layer(profile, "t").Parameters, Layer(profile, "a").Kind, profile.Macs).ShouldBe((20L, LayerKind.FullyConnected, 40L));
    }

    [Fact]
    public void Of_DoublePrecision_CountsConstantsAsParameters()
    {
        var editor = new ModelEditor();
        string x = editor.AddInput("x", new TensorType(DType.F64, Shape.Of(1, 4)));
        string w = editor.SetConstant("w", new Tensor(DType.F64, Shape.Of(4, 3)));
        editor.AddOutput(editor.Add(new MatMul(), "a", x, w));
        Profile.Of(editor.Build()).Parameters.ShouldBe(12);
    }

    [Fact]
    public void Of_ANodeThatPareLacks_CountsWhatIsAroundIt()
    {
        var editor = new ModelEditor();
        string x = editor.AddInput("x", new TensorType(DType.F32, new Shape([Dim.Named("N"), 4])));
        string w = editor.SetWeight("w", new Dense(Shape.Of(4, 3), new float[12])), v = editor.SetWeight("v", new Dense(Shape.Of(3, 2), new float[6]));
        string first = editor.Add(new MatMul(), "first", x, w);
        string strange = editor.Add(new ForeignOperator("Conv", "com.example", 1, "operator Conv of domain 'com.example'"), "strange", first);
        editor.AddOutput(editor.Add(new MatMul(), "last", strange, v));
        Profile profile = Profile.Of(editor.Build(), new ProfileOptions { Bindings = Batch(2), Memory = true });
        (profile.Macs, profile.Parameters, Layer(profile, "first").IsKnown).ShouldBe((24L, 18L, true));
        (Layer(profile, "strange").IsKnown, Layer(profile, "strange").Kind, Layer(profile, "last").IsKnown, Layer(profile, "last").Output).ShouldBe((false, LayerKind.Other, false, null));
        profile.Memory.ShouldBeNull();
        profile.MemoryFault!.ShouldContain("com.example");
    }

    [Theory]
    [InlineData(CountUnit.Macs, false, false, false, 924)]
    [InlineData(CountUnit.Macs, true, false, false, 924 + 48 + 5)]
    [InlineData(CountUnit.Macs, true, true, false, 924 + 53 + 48)]
    [InlineData(CountUnit.Flops, false, false, false, 2 * 924)]
    [InlineData(CountUnit.Flops, true, true, true, 2 * 924 + 53 + 96 + 48 + 48)]
    public void Counting_EachWay_CountsWhatItsRuleSays(CountUnit unit, bool bias, bool norm, bool other, long expected) =>
        new Counting { Unit = unit, WithBias = bias, WithNormalization = norm, WithOther = other }.Of(Profile.Of(Network())).ShouldBe(expected);

    [Theory]
    [InlineData(CountedParameters.Trained, 128)]
    [InlineData(CountedParameters.Stored, 134)]
    [InlineData(CountedParameters.Kernels, 114)]
    public void Counting_Parameters_AreThoseAskedFor(CountedParameters which, long expected) =>
        new Counting { Parameters = which }.ParametersOf(Profile.Of(Network())).ShouldBe(expected);

    private static ImmutableDictionary<string, long> Batch(long count) => ImmutableDictionary<string, long>.Empty.Add("N", count);

    private static LayerProfile Layer(Profile profile, string name) => profile.Layers.Single(l => l.Node.Name == name);

    private static Model Network()
    {
        var editor = new ModelEditor();
        string x = editor.AddInput("x", new TensorType(DType.F32, new Shape([Dim.Named("N"), 2, 6, 6])));
        string conv = editor.Add(new Conv { Window = Window.Square(3) }, "conv", x, Weight("w", 3, 2, 3, 3), Weight("b", 3));
        string norm = editor.Add(new BatchNormalization(), "norm", conv, Weight("scale", 3), Weight("shift", 3), Weight("mean", 3), Weight("variance", 3));
        string relu = editor.Add(new Unary(UnaryFunctions.Relu), "relu", norm);
        string pool = editor.Add(new MaxPool { Window = Window.Square(2, 2) }, "pool", relu);
        string fc = editor.Add(new Gemm { TransB = true }, "fc", editor.Add(new Flatten(), "flat", pool), Weight("fc.w", 5, 12), Weight("fc.b", 5));
        editor.AddOutput(fc);
        return editor.Build();

        string Weight(string name, params int[] dims)
        {
            Shape shape = Shape.Of(dims);
            float[] values = new float[shape.Elements];
            Array.Fill(values, 0.5f);
            return editor.SetWeight(name, new Dense(shape, values));
        }
    }
}
