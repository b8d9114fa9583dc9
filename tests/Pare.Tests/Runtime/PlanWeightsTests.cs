using Pare.Operators;
using Pare.Runtime;
using Pare.Tests.Kernels;

namespace Pare.Tests.Runtime;

public sealed class PlanWeightsTests
{
    private static readonly PlanWeights[] All = [PlanWeights.Balanced, PlanWeights.Compressed, PlanWeights.Fastest];

    [Fact]
    public void Build_WithFewBits_TakesLittleMemoryAndTheSameNumbers()
    {
        Model plain = Network(weight => weight), coded = Network(weight => KernelCaseCodes.Channels(KernelCaseCodes.Affine(weight.Shape, 4, isSigned: true), 0));
        Model decoded = coded.WithWeights(coded.Weights.Select(w => KeyValuePair.Create(w.Key, (WeightEncoding)new Dense(w.Value.Shape, w.Value.ToArray()))));
        float[] expected = Run(decoded, new PlanOptions { DefinitionsOnly = true });
        ExecutionPlan dense = ExecutionPlan.Build(plain);
        float size = expected.Max(MathF.Abs);
        foreach (PlanWeights weights in All)
        {
            var options = new PlanOptions { Weights = weights };
            float[] got = Run(coded, options);
            for (int i = 0; i < got.Length; i++) got[i].ShouldBe(expected[i], 1e-4f * size);
            if (weights == PlanWeights.Fastest) continue;
            ExecutionPlan plan = ExecutionPlan.Build(coded, options);
            plan.PackedBytes.ShouldBeLessThan(dense.PackedBytes / 5);
            ExecutionPlan.Measure(coded, options).PackedBytes.ShouldBe(plan.PackedBytes);
        }
    }

    [Fact]
    public void Build_LargeCodebook_ExpandsUnlessAskedNotTo()
    {
        Model model = Network(weight => KernelCaseCodes.Book(weight.Shape, 256), batch: 8);
        string[] Kernels(PlanWeights weights) => [.. ExecutionPlan.Build(model, new PlanOptions { Weights = weights }).Steps.Select(s => s.Kernel)];
        Kernels(PlanWeights.Compressed).ShouldContain("gemm-codes.f32");
        Kernels(PlanWeights.Fastest).ShouldContain("gemm.f32");
    }

    [Fact]
    public void Offers_OfAStep_NameAllKernels()
    {
        Model model = Network(weight => KernelCaseCodes.Affine(weight.Shape, 4, isSigned: true));
        PlanStep step = ExecutionPlan.Build(model).Steps.Single(s => s.Node.Name.StartsWith("fc"));
        step.Offers.Select(o => o.Kernel).ShouldBe(["gemm-codes.f32", "gemm.f32", "evaluate"]);
        step.Offers.Select(o => o.KeepsWeights).ShouldBe([true, false, false]);
        step.Predicted.ShouldBe(step.Offers[0].Time);
    }

    [Fact]
    public void Build_TwoBatchSizes_ShareTheCodes()
    {
        Model Make() => Network(weight => KernelCaseCodes.Affine(weight.Shape, 4, isSigned: true), open: true);
        Model model = Make();
        var options = new PlanOptions { Threads = 1 };
        ExecutionPlan Build(long n) => ExecutionPlan.Build(model, options, new Dictionary<string, long> { ["N"] = n });
        ExecutionPlan.Build(Make(), options).PackedBytes.ShouldBeGreaterThan(0);      // what is made once for all plans
        long start = GC.GetAllocatedBytesForCurrentThread();
        ExecutionPlan one = Build(1);
        long first = GC.GetAllocatedBytesForCurrentThread() - start;
        ExecutionPlan two = Build(2);
        long second = GC.GetAllocatedBytesForCurrentThread() - start - first;
        one.PackedBytes.ShouldBe(two.PackedBytes);
        second.ShouldBeLessThan(first - one.PackedBytes / 2, "the second plan must not pack again");
        GC.KeepAlive(one);
    }

    private static float[] Run(Model model, PlanOptions options)
    {
        var session = new Session(model, options);
        var rng = new Rng(4);
        foreach (ref float value in session.Input("x").Floats) value = rng.NextSingle() - 0.5f;
        session.Run();
        return session.Output(session.Plan.Lowered.Outputs[0]).Floats.ToArray();
    }

    // Two convolutions, the first of which Winograd's forms take, and a product.
    private static Model Network(Func<Dense, WeightEncoding> encode, int batch = 1, bool open = false)
    {
        var editor = new ModelEditor();
        var rng = new Rng(1);
        string Weight(params ReadOnlySpan<int> dims)
        {
            var shape = Shape.Of(dims);
            var dense = new Dense(shape, Enumerable.Range(0, (int)shape.Elements).Select(_ => rng.NextSingle() - 0.5f).ToArray());
            return editor.SetWeight(editor.FreshValue("w"), shape.Rank == 1 ? dense : encode(dense));
        }
        string x = editor.AddInput("x", new TensorType(DType.F32, open ? new Shape([Dim.Named("N"), 32, 12, 12]) : Shape.Of(batch, 32, 12, 12)));
        string y = editor.Add(new Unary(UnaryFunctions.Relu), "relu", editor.Add(new Conv { Window = Window.Square(3, pad: 1) }, "conv1", x, Weight(96, 32, 3, 3), Weight(96)));
        y = editor.Add(new GlobalAveragePool(), "pool", editor.Add(new Conv { Window = Window.Square(3, 2) }, "conv2", y, Weight(128, 96, 3, 3), Weight(128)));
        editor.AddOutput(editor.Add(new Gemm { TransB = true }, "fc", editor.Add(new Flatten(), "flat", y), Weight(1000, 128), Weight(1000)));
        return editor.Build();
    }
}
