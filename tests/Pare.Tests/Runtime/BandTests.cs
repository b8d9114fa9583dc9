using Pare.Operators;
using Pare.Runtime;
using Pare.Tests.Kernels.Products;

namespace Pare.Tests.Runtime;

public sealed class BandTests
{
    public static TheoryData<string> Levels => MatrixProductTests.Levels;

    private static readonly PlanOptions Apart = new() { Bands = BandRule.Never }, Joined = new() { Bands = BandRule.Always };

    private static float[][] Run(ExecutionPlan plan)
    {
        var session = new Session(plan);
        var rng = new Rng(3);
        foreach ((string name, _) in plan.Lowered.Inputs)
            foreach (ref float value in session.Input(name).Floats) value = rng.NextSingle() - 0.5f;
        session.Run();
        session.Run();
        return [.. plan.Lowered.Outputs.Select(o => session.Output(o).Floats.ToArray())];
    }

    private static void ShouldBeTheSame(Model model, PlanOptions options, int joined)
    {
        var plan = ExecutionPlan.Build(model, options with { Bands = BandRule.Always });
        plan.Steps.Count(s => s.JoinedWith is not null).ShouldBe(joined, string.Join(", ", plan.Steps.Select(s => s.Kernel)));
        ShouldBeTheSame(model, options);
    }

    /// <summary>Holds nodes in bands against each for itself, on one to three threads.</summary>
    internal static void ShouldBeTheSame(Model model, PlanOptions options)
    {
        float[][] expected = Run(ExecutionPlan.Build(model, options with { Bands = BandRule.Never, Threads = 1 }));
        foreach (int threads in new[] { 1, 2, 3 })
        {
            float[][] got = Run(ExecutionPlan.Build(model, options with { Bands = BandRule.Always, Threads = threads }));
            for (int i = 0; i < got.Length; i++)
                got[i].Select(BitConverter.SingleToInt32Bits).ShouldBe(expected[i].Select(BitConverter.SingleToInt32Bits), $"output {i}, {threads} threads");
        }
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Run_NodesInBands_GivesTheSameBits(string level)
    {
        foreach ((Shape input, BandLayer[] layers) in BandNetworks.All())
            ShouldBeTheSame(BandNetworks.Of(input, layers), new PlanOptions { Cpu = MatrixProductTests.Level(level) }, layers.Length - 1);
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Run_NodesOfIntegersInBands_GivesTheSameNumbers(string level)
    {
        foreach ((Shape input, BandLayer[] layers) in BandNetworks.All())
            ShouldBeTheSame(BandNetworks.Quantized(input, layers), new PlanOptions { Cpu = MatrixProductTests.Level(level) }, layers.Length - 1);
    }

    [Fact]
    public void Run_ByWinogradsForms_GivesTheSameBits()
    {
        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (int size in new[] { 13, 24, 31 })
        {
            foreach (int channels in new[] { 33, 64, 96 })
            {
                Model model = BandNetworks.Of(Shape.Of(2, channels, size, size + 3), [new(channels, 3, 3, 1, 1), new(64, 3, 3, 1, 1, Relu: true), new(0, 3, 3, 2, 1), new(channels, 3, 3, 1, 0)]);
                ShouldBeTheSame(model, new PlanOptions());
                var plan = ExecutionPlan.Build(model, Joined);
                foreach (PlanRun run in plan.Runs.Where(r => r.Count > 2)) used.UnionWith(plan.Steps[run.First..(run.First + run.Count)].Select(s => s.Kernel));
            }
        }
        used.ShouldContain("conv-winograd-4.last.f32");
        used.ShouldContain("conv-winograd-2.last.f32");
    }

    [Fact]
    public void Run_RulesOfAnySize_GivesTheSameBits()
    {
        Model model = BandNetworks.Of(Shape.Of(2, 16, 40, 30), [new(32, 3, 3, 2, 1, Relu: true), new(0, 3, 3, 1, 1, Relu: true), new(48, 1, 1), new(0, 3, 3, 2, 1), new(48, 3, 3, 1, 1)]);
        float[] expected = Run(ExecutionPlan.Build(model, Apart))[0];
        foreach (long near in new[] { 60_000, 120_000, 300_000, 3_000_000 })
            foreach (long buffer in new[] { 0, 20_000, 100_000, 1_000_000 })
                foreach (int threads in new[] { 1, 2, 5 })
                    Run(ExecutionPlan.Build(model, new PlanOptions { Threads = threads, Bands = new BandRule(0, near, buffer) }))[0].ShouldBe(expected);
    }

    [Fact]
    public void Run_WithResiduals_GivesTheSameBits()
    {
        // The sum is within the last of three, its other part comes from before them or from beside.
        foreach (bool beside in new[] { false, true })
        {
            var editor = new ModelEditor();
            string x = editor.AddInput("x", new TensorType(DType.F32, Shape.Of(2, 24, 14, 11))), other = beside ? editor.AddInput("z", new TensorType(DType.F32, Shape.Of(2, 24, 14, 11))) : x;
            int channels = 24;
            string at = BandNetworks.Add(editor, "a", x, new BandLayer(40, 1, 1, Relu: true), ref channels, 1);
            at = BandNetworks.Add(editor, "b", at, new BandLayer(40, 3, 3, 1, 1, Relu: true), ref channels, 2);
            at = BandNetworks.Add(editor, "c", at, new BandLayer(24, 1, 1), ref channels, 3);
            at = editor.Add(new Unary(UnaryFunctions.Relu), "relu", editor.Add(new Binary(BinaryFunctions.Add), "sum", at, other));
            at = BandNetworks.Add(editor, "d", at, new BandLayer(24, 1, 1), ref channels, 4);
            editor.AddOutput(at);
            ShouldBeTheSame(editor.Build(), new PlanOptions(), beside ? 2 : 3);    // the other input is moved to channels last in between
        }
    }

    [Fact]
    public void Run_IntoAWiderImage_GivesTheSameBits()
    {
        var editor = new ModelEditor();
        string x = editor.AddInput("x", new TensorType(DType.F32, Shape.Of(2, 20, 13, 10)));
        var branches = new List<string>();
        for (int branch = 0; branch < 3; branch++)
        {
            int channels = 20;
            string at = BandNetworks.Add(editor, $"reduce{branch}", x, new BandLayer(12, 1, 1, Relu: true), ref channels, 1);
            branches.Add(BandNetworks.Add(editor, $"expand{branch}", at, new BandLayer(18, 3, 3, 1, 1, Relu: true), ref channels, 2));
        }
        string joined = editor.Add(new Concat(1), "join", [.. branches]);
        int all = 54;
        editor.AddOutput(BandNetworks.Add(editor, "last", joined, new BandLayer(8, 1, 1), ref all, 3));
        ShouldBeTheSame(editor.Build(), new PlanOptions(), 3);
    }

    [Fact]
    public void Build_AValueThatOthersReadOrThatIsAnOutput_LiesInMemoryAsAWhole()
    {
        BandLayer[] layers = [new(8, 1, 1), new(8, 3, 3, 1, 1), new(8, 1, 1)];
        var plan = ExecutionPlan.Build(BandNetworks.Of(Shape.Of(1, 8, 9, 9), layers, 0), Joined);
        plan.Steps.Where(s => s.JoinedWith is not null).Select(s => s.Node.Name).ShouldBe(["c1"]);
        ShouldBeTheSame(BandNetworks.Of(Shape.Of(1, 8, 9, 9), layers, 0, 1), new PlanOptions(), 0);

        var editor = new ModelEditor();
        int channels = 8;
        string first = BandNetworks.Add(editor, "first", editor.AddInput("x", new TensorType(DType.F32, Shape.Of(1, 8, 9, 9))), new BandLayer(8, 1, 1), ref channels, 1);
        editor.AddOutput(BandNetworks.Add(editor, "one", first, new BandLayer(8, 1, 1), ref channels, 2));
        editor.AddOutput(BandNetworks.Add(editor, "two", first, new BandLayer(8, 1, 1), ref channels, 3));
        ShouldBeTheSame(editor.Build(), new PlanOptions(), 0);
    }

    [Fact]
    public void Build_LargeImages_TakesLessMemoryAndMeasureSaysSo()
    {
        Model model = BandNetworks.Of(Shape.Of(1, 3, 224, 224), [new(32, 3, 3, 2, 1), new(0, 3, 3, 1, 1), new(64, 1, 1), new(0, 3, 3, 2, 1), new(16, 1, 1)]);
        foreach (int threads in new[] { 1, 2 })
        {
            var options = new PlanOptions { Threads = threads };
            ExecutionPlan plan = ExecutionPlan.Build(model, options), apart = ExecutionPlan.Build(model, options with { Bands = BandRule.Never });
            plan.Steps.Count(s => s.JoinedWith is not null).ShouldBeGreaterThan(1);
            plan.ArenaBytes.ShouldBeLessThan(apart.ArenaBytes * 4 / 5);
            ExecutionPlan.Measure(model, options).ArenaBytes.ShouldBe(plan.ArenaBytes);
            Run(plan)[0].ShouldBe(Run(apart)[0]);
        }
    }

    [Fact]
    public void Build_ASmallNetwork_JoinsNothing() =>
        ExecutionPlan.Build(BandNetworks.Of(Shape.Of(1, 16, 28, 28), [new(32, 3, 3, 1, 1), new(0, 3, 3, 1, 1), new(64, 1, 1)])).Steps.ShouldAllBe(s => s.JoinedWith == null);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void RunTimed_NodesInBands_ShareTheTimeOfTheirRun(int threads)
    {
        var plan = ExecutionPlan.Build(BandNetworks.Of(Shape.Of(1, 16, 40, 40), [new(32, 3, 3, 1, 1), new(0, 3, 3, 1, 1), new(64, 1, 1)]), Joined with { Threads = threads });
        var session = new Session(plan);
        var ticks = new long[plan.Steps.Length];
        ticks.AsSpan().Fill(-1);
        session.RunTimed(ticks);
        ticks.ShouldAllBe(t => t > 0);
    }

    [Fact]
    public void Run_NodesInBands_AllocatesNothing()
    {
        var session = new Session(ExecutionPlan.Build(BandNetworks.Of(Shape.Of(2, 16, 20, 20), [new(32, 3, 3, 1, 1), new(0, 3, 3, 1, 1), new(64, 1, 1)]), Joined with { Threads = 2 }));
        session.Run();
        long least = long.MaxValue;
        for (int run = 0; run < 5; run++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            session.Run();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        least.ShouldBe(0);
    }
}
