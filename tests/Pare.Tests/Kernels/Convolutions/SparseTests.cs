using Pare.Encodings;
using Pare.Kernels;
using Pare.Kernels.Sparsity;
using Pare.Operators;
using Pare.Runtime;

namespace Pare.Tests.Kernels.Convolutions;

public sealed class SparseTests
{
    [Fact]
    public void Plan_SparseNetwork_RunsSparseKernelsAndEqualsTheDefinition()
    {
        Model model = Network(0.1, scaled: false);
        ExecutionPlan plan = ExecutionPlan.Build(model, new PlanOptions { Threads = 2 });
        plan.Steps.Select(s => s.Kernel).Where(k => k.Contains("sparse", StringComparison.Ordinal)).ShouldBe(["conv-sparse.last.f32", "gemm-sparse.f32"]);
        Run(plan).ShouldBeCloseTo(Run(ExecutionPlan.Build(model, new PlanOptions { Kernels = KernelCatalog.Definitions })), 1e-4f);
    }

    [Fact]
    public void Plan_ScaledSparseWeights_RunAsSparse()
    {
        Model model = Network(0.1, scaled: true);
        ExecutionPlan plan = ExecutionPlan.Build(model, new PlanOptions { Threads = 1 });
        plan.Steps.Count(s => s.Kernel.Contains("sparse", StringComparison.Ordinal)).ShouldBe(2);
        Run(plan).ShouldBeCloseTo(Run(ExecutionPlan.Build(model, new PlanOptions { Kernels = KernelCatalog.Definitions })), 1e-4f);
    }

    [Fact]
    public void Plan_FewZeros_RunsDense() =>
        ExecutionPlan.Build(Network(0.9, scaled: false), new PlanOptions { Threads = 1 }).Steps.ShouldNotContain(s => s.Kernel.Contains("sparse", StringComparison.Ordinal));

    [Fact]
    public void Measure_SparseNetwork_IsWhatThePlanTakes()
    {
        Model model = Network(0.1, scaled: false);
        var options = new PlanOptions { Threads = 2 };
        ExecutionPlan plan = ExecutionPlan.Build(model, options);
        PlanMemory measured = ExecutionPlan.Measure(model, options);
        measured.PackedBytes.ShouldBe(plan.PackedBytes);
        plan.PackedBytes.ShouldBeLessThan(ExecutionPlan.Build(Network(1, scaled: false), options).PackedBytes / 4);
    }

    // 0 times infinity is no zero, and a file may hold any scale.
    [Theory]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NaN)]
    public void Of_ScalesThatAreNoNumbers_IsNotSparse(float scale)
    {
        Shape shape = Shape.Of(2, 3);
        var sparse = new Sparse(shape, [1], Vector(2));
        SparseWeight.Of(new Scaled(0, Vector(1, scale), sparse)).ShouldBeNull();
        SparseWeight.Of(new Scaled(0, Vector(1, 0), sparse)).ShouldBe(sparse);
        SparseWeight.Of(new Dense(shape, new float[6])).ShouldBeNull();
    }

    [Fact]
    public void Run_StoredZeros_AreLeftOut()
    {
        Model model = Convolution(new Sparse(Shape.Of(8, 16, 3, 3), [.. Enumerable.Range(0, 40)], Vector([.. Enumerable.Range(0, 40).Select(i => i % 3 == 0 ? 0f : i)])));
        Run(ExecutionPlan.Build(model)).ShouldBeCloseTo(Run(ExecutionPlan.Build(model, new PlanOptions { Kernels = KernelCatalog.Definitions })), 1e-4f);
    }

    // Rows of three numbers, blocks of four rows: which numbers lie in the same block follows from the step between rows.
    [Theory]
    [InlineData(3, new[] { 0, 3, 6, 9 }, 1)]
    [InlineData(3, new[] { 1, 4, 7, 10, 14, 17, 20, 23 }, 2)]
    [InlineData(3, new[] { 0, 3, 6, 10 }, null)]
    [InlineData(1, new[] { 8, 9, 10, 11 }, 1)]
    [InlineData(1, new[] { 6, 7, 8, 9 }, null)]
    [InlineData(3, new int[0], 0)]
    public void Count_BlocksOfOutputs_WhereTheyPay(int step, int[] positions, int? blocks) => SparseBlocks.Count(positions, 8, step).ShouldBe(blocks);

    [Fact]
    public void Count_OutputsThatNoBlocksCover_HasNone() => SparseBlocks.Count([0, 3, 6, 9], 6, 3).ShouldBeNull();

    // Kernels whose sizes no tile takes make no offer, and no memory is asked for.
    [Theory]
    [InlineData(5000, 1, 1)]
    [InlineData(3, 3000, 1)]
    [InlineData(3, 1, 40)]
    public void Of_AbsurdWindows_MakeNoOffer(int kernel, int dilation, int stride) =>
        SparseGeometry.Of(
            new() { Batch = 1, Channels = 3, Height = 9000, Width = 9000, OutChannels = 4, KernelHeight = kernel, KernelWidth = kernel, DilationX = dilation, DilationY = dilation, StrideX = stride, StrideY = stride },
            16, 8, 40960).ShouldBeNull();

    private static Dense Vector(params float[] numbers) => new(Shape.Of(numbers.Length), numbers);

    private static Model Network(double density, bool scaled)
    {
        var editor = new ModelEditor();
        var rng = new Rng(3);
        string x = editor.AddInput("x", new TensorType(DType.F32, Shape.Of(1, 64, 14, 14)));
        string conv = editor.Add(new Conv { Window = Window.Square(3, pad: 1) }, "conv", x, editor.SetWeight("w", Weight(96, 64, 3, 3)), editor.SetWeight("b", Vector(Numbers(96))));
        string pool = editor.Add(new MaxPool { Window = Window.Square(2, 2) }, "pool", conv);
        string flat = editor.Add(new Flatten(), "flat", pool);
        editor.AddOutput(editor.Add(new Gemm { TransB = true }, "fc", flat, editor.SetWeight("v", Weight(200, 96 * 49)), editor.SetWeight("c", Vector(Numbers(200)))));
        return editor.Build();

        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => rng.NextSingle() - 0.5f)];

        WeightEncoding Weight(params ReadOnlySpan<int> dims)
        {
            var shape = Shape.Of(dims);
            bool[] keep = [.. Enumerable.Range(0, (int)shape.Elements).Select(_ => rng.NextSingle() < density)];
            var sparse = Sparse.Of(new Dense(shape, Numbers(keep.Length)), keep);
            return scaled ? new Scaled(0, Vector(Numbers(dims[0])), sparse) : sparse;
        }
    }

    private static Model Convolution(WeightEncoding weight)
    {
        var editor = new ModelEditor();
        string x = editor.AddInput("x", new TensorType(DType.F32, Shape.Of(1, 16, 14, 14)));
        editor.AddOutput(editor.Add(new Conv { Window = Window.Square(3, pad: 1) }, "conv", x, editor.SetWeight("w", weight)));
        return editor.Build();
    }

    private static float[] Run(ExecutionPlan plan)
    {
        var session = new Session(plan);
        var rng = new Rng(5);
        foreach (ref float value in session.Input("x").Floats) value = rng.NextSingle() * 2 - 1;
        session.Run();
        return session.Output(plan.Lowered.Outputs[0]).Floats.ToArray();
    }
}
