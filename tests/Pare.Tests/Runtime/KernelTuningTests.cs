using System.Diagnostics;
using Pare.Kernels;
using Pare.Operators;
using Pare.Runtime;
using Pare.Tests.Kernels;

namespace Pare.Tests.Runtime;

public sealed class KernelTuningTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pare-tuning-").FullName;
    private readonly Spinning _slow = new("slow", predicted: 1e-6, microseconds: 100);
    private readonly Spinning _fast = new("fast", predicted: 3e-6, microseconds: 5);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Build_PredictionsThatLie_TakesTheFastestAndRemembers()
    {
        var tuning = new KernelTuning();
        KernelChoice choice = Plan(tuning).Steps[0].Choice.ShouldNotBeNull();
        (choice.Kernel, choice.Predicted, choice.Differs, choice.IsNew).ShouldBe(("fast", "slow", true, true));
        choice.PredictedTime.ShouldBeGreaterThan(choice.Time);
        (int slow, int fast) = (_slow.Runs, _fast.Runs);
        PlanStep again = Plan(tuning).Steps[0];
        again.Kernel.ShouldBe("fast");
        again.Choice.ShouldBe(choice with { IsNew = false });
        (_slow.Runs, _fast.Runs).ShouldBe((slow, fast), "what is known is not measured again");
    }

    [Fact]
    public void Build_WithoutTuning_MeasuresNothing()
    {
        PlanStep step = Plan(null).Steps[0];
        (step.Kernel, step.Choice).ShouldBe(("slow", null));
        (_slow.Runs, _fast.Runs).ShouldBe((0, 0));
    }

    [Fact]
    public void Build_EqualNodes_AreMeasuredOnce()
    {
        var tuning = new KernelTuning();
        ExecutionPlan plan = Plan(tuning, nodes: 3);
        tuning.Count.ShouldBe(1);
        plan.Steps.Select(s => s.Kernel).ShouldBe(["fast", "fast", "fast"]);
        plan.Steps.ShouldAllBe(s => s.Choice!.IsNew);
    }

    [Fact]
    public void Build_OtherThreadsLevelOrShape_IsMeasuredAnew()
    {
        var tuning = new KernelTuning();
        Plan(tuning);
        Plan(tuning, threads: 2);
        tuning.Count.ShouldBe(2);
        Plan(tuning, length: 17);
        tuning.Count.ShouldBe(3);
    }

    [Fact]
    public void Build_PredictionFarFromTheBest_IsNotMeasured()
    {
        var tuning = new KernelTuning();
        var hopeless = new Spinning("hopeless", predicted: 5e-6, microseconds: 1);
        Plan(tuning, kernels: [_slow, hopeless]).Steps[0].Choice.ShouldBeNull();
        hopeless.Runs.ShouldBe(0);
    }

    [Fact]
    public void Build_NoGainWorthIt_KeepsThePrediction()
    {
        var times = new KernelTimes([("predicted", 1.0), ("hardly faster", 0.98), ("slower", 1.1)]);
        times.Choice(isNew: true).Differs.ShouldBeFalse();
        new KernelTimes([("predicted", 1.0), ("faster", 0.9), ("slower", 1.1)]).Choice(isNew: true).Kernel.ShouldBe("faster");
    }

    [Fact]
    public void Build_Cancelled_Stops()
    {
        var tuning = new KernelTuning { Cancel = new CancellationToken(canceled: true) };
        Should.Throw<OperationCanceledException>(() => Plan(tuning));
        tuning.Count.ShouldBe(0);
    }

    [Fact]
    public void Build_Measuring_ReportsProgressToTheEnd()
    {
        double last = 0;
        var tuning = new KernelTuning { Progress = done => done.ShouldBeInRange(last, 1, (last = done).ToString("R")) };
        Plan(tuning);
        last.ShouldBe(1);
    }

    [Fact]
    public void Load_OfWhatWasSaved_ChoosesWithoutMeasuring()
    {
        string path = Path.Combine(_folder, "kernels.json");
        var tuning = new KernelTuning();
        KernelChoice choice = Plan(tuning).Steps[0].Choice!;
        tuning.Save(path);
        Directory.GetFiles(_folder).ShouldBe([path]);
        (int slow, int fast) = (_slow.Runs, _fast.Runs);
        var loaded = KernelTuning.Load(path);
        loaded.Count.ShouldBe(1);
        Plan(loaded).Steps[0].Choice.ShouldBe(choice with { IsNew = false });
        (_slow.Runs, _fast.Runs).ShouldBe((slow, fast));
        byte[] bytes = File.ReadAllBytes(path);
        loaded.Save(path);
        File.ReadAllBytes(path).ShouldBe(bytes);
    }

    [Fact]
    public void Load_NoFile_KnowsNothing() => KernelTuning.Load(Path.Combine(_folder, "none.json")).Count.ShouldBe(0);

    [Fact]
    public void Load_OfAnotherBuild_KnowsNothing()
    {
        string path = Path.Combine(_folder, "kernels.json");
        var tuning = new KernelTuning();
        Plan(tuning);
        tuning.Save(path);
        File.WriteAllText(path, File.ReadAllText(path).Replace(TuningKey.Build, "another", StringComparison.Ordinal));
        KernelTuning.Load(path).Count.ShouldBe(0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"format\": \"pare-kernels\", \"version\": 1, \"build\": \"b\", \"nodes\": {\"k\": {\"a\": 1,")]
    [InlineData("{\"format\": \"other\", \"version\": 1, \"build\": \"b\", \"nodes\": {}}")]
    [InlineData("{\"format\": \"pare-kernels\", \"version\": 2, \"build\": \"b\", \"nodes\": {}}")]
    [InlineData("{\"format\": \"pare-kernels\", \"version\": \"1\", \"build\": \"b\", \"nodes\": {}}")]
    [InlineData("{\"format\": \"pare-kernels\", \"version\": 1, \"nodes\": {}}")]
    [InlineData("{\"format\": \"pare-kernels\", \"version\": 1, \"build\": \"b\"}")]
    [InlineData("{\"format\": \"pare-kernels\", \"version\": 1, \"build\": \"b\", \"nodes\": [1]}")]
    [InlineData("{\"format\": \"pare-kernels\", \"version\": 1, \"build\": \"b\", \"nodes\": {\"k\": 1}}")]
    [InlineData("{\"format\": \"pare-kernels\", \"version\": 1, \"build\": \"b\", \"nodes\": {\"k\": {\"a\": 1}}}")]
    [InlineData("{\"format\": \"pare-kernels\", \"version\": 1, \"build\": \"b\", \"nodes\": {\"k\": {\"a\": 1, \"a\": 2}}}")]
    [InlineData("{\"format\": \"pare-kernels\", \"version\": 1, \"build\": \"b\", \"nodes\": {\"k\": {\"a\": 1, \"b\": 0}}}")]
    [InlineData("{\"format\": \"pare-kernels\", \"version\": 1, \"build\": \"b\", \"nodes\": {\"k\": {\"a\": 1, \"b\": -1e-3}}}")]
    [InlineData("{\"format\": \"pare-kernels\", \"version\": 1, \"build\": \"b\", \"nodes\": {\"k\": {\"a\": 1, \"b\": 1e300}}}")]
    [InlineData("{\"format\": \"pare-kernels\", \"version\": 1, \"build\": \"b\", \"nodes\": {\"k\": {\"a\": 1, \"b\": \"fast\"}}}")]
    [InlineData("{\"format\": \"pare-kernels\", \"version\": 1, \"build\": \"b\", \"nodes\": {\"k\": {\"a\": 1, \"\\ud800\": 1}}}")]
    public void Load_DamagedFile_SaysWhatToDo(string text)
    {
        string path = Path.Combine(_folder, "kernels.json");
        File.WriteAllText(path, text);
        string message = Should.Throw<TuningException>(() => KernelTuning.Load(path)).Message;
        message.ShouldContain(path);
        message.ShouldContain("Delete it");
    }

    [Fact]
    public void Load_HugeFile_IsRefusedUnread()
    {
        string path = Path.Combine(_folder, "kernels.json");
        using (FileStream file = File.Create(path)) file.SetLength(1L << 33);
        Should.Throw<TuningException>(() => KernelTuning.Load(path)).Message.ShouldContain("limit");
    }

    [Fact]
    public void Save_WhereItCannot_LeavesWhatWasThere()
    {
        string path = Path.Combine(_folder, "folder");
        Directory.CreateDirectory(path);
        Should.Throw<Exception>(() => new KernelTuning().Save(path)).ShouldBeAssignableTo<SystemException>();
        Directory.GetFileSystemEntries(_folder).ShouldBe([path]);
    }

    [Fact]
    public void Run_TunedNetwork_EqualsTheUntunedOne()
    {
        Model model = Network();
        var tuning = new KernelTuning();
        Session plain = new(model, new PlanOptions { Threads = 2 }), tuned = new(model, new PlanOptions { Threads = 2, Tuning = tuning });
        tuning.Count.ShouldBeGreaterThan(0);
        tuned.Plan.Steps.ShouldContain(s => s.Choice != null);
        float[] x = [.. Enumerable.Range(0, plain.Input("x").Length).Select(i => i % 13 * 0.1f - 0.6f)];
        float[][] results = [.. new[] { plain, tuned }.Select(session =>
        {
            x.CopyTo(session.Input("x").Floats);
            session.Run();
            return session.Output(model.Outputs[0]).Floats.ToArray();
        })];
        results[1].ShouldBeCloseTo(results[0], 1e-4f);
    }

    [Fact]
    public void Build_Convolution_MeasuresWinogradAgainstTheOthers()
    {
        string path = Path.Combine(_folder, "kernels.json");
        var tuning = new KernelTuning();
        ExecutionPlan.Build(Network(), new PlanOptions { Threads = 1, Tuning = tuning });
        tuning.Save(path);
        string text = File.ReadAllText(path);
        text.ShouldContain("\"conv-winograd");
        text.ShouldContain("\"conv.last.f32\"");
    }

    [Theory]
    [InlineData(new[] { 1.0, 1.05, 9 }, new[] { 2.0, 2.1, 2.0 }, true)]
    [InlineData(new[] { 1.0, 1.2, 1.3 }, new[] { 2.0, 2.0, 2.0 }, false)]    // the fastest is not sure of its time
    [InlineData(new[] { 1.0, 1.0, 1.0 }, new[] { 1.3, 1.9, 1.6 }, false)]    // this one may yet be the fastest
    [InlineData(new[] { 1.0, 1.0, 1.0 }, new[] { 3.0, 9.0, 6.0 }, true)]     // this one hardly
    [InlineData(new[] { 1.0 }, new[] { 2.0 }, false)]
    public void Agree_RoundsOfTwoKernels_AskForMoreWhereTheyDiffer(double[] one, double[] other, bool agree) =>
        KernelRace.Agree([[.. one], [.. other]]).ShouldBe(agree);

    private static Model Network()
    {
        var editor = new ModelEditor();
        string value = editor.AddInput("x", new TensorType(DType.F32, Shape.Of(1, 32, 28, 28)));
        var rng = new Rng(5);
        for (int layer = 0; layer < 2; layer++)
        {
            string weight = editor.SetWeight($"w{layer}", new Dense(Shape.Of(32, 32, 3, 3), Enumerable.Range(0, 32 * 32 * 9).Select(_ => (rng.NextSingle() - 0.5f) / 8).ToArray()));
            value = editor.Add(new Conv { Window = Window.Square(3, pad: 1) }, $"y{layer}", value, weight);
        }
        editor.AddOutput(value);
        return editor.Build();
    }

    private ExecutionPlan Plan(KernelTuning? tuning, int nodes = 1, int threads = 1, int length = 16, Kernel[]? kernels = null)
    {
        var editor = new ModelEditor();
        string value = editor.AddInput("x", new TensorType(DType.F32, Shape.Of(length)));
        for (int i = 0; i < nodes; i++) value = editor.Add(UnaryFunctions.All.Where(f => f.Name == "Exp").Select(f => new Unary(f)).Single(), $"y{i}", value);
        editor.AddOutput(value);
        return ExecutionPlan.Build(editor.Build(), new PlanOptions
        {
            Threads = threads,
            Tuning = tuning,
            Kernels = new Catalog<Kernel>("kernel", [.. kernels ?? [_slow, _fast], new Evaluation()]),
        });
    }

    /// <summary>Runs the definition, after a while.</summary>
    private sealed class Spinning(string name, double predicted, double microseconds) : Kernel
    {
        private int _runs;

        public int Runs => _runs;

        public override string Name => name;

        public override IEnumerable<KernelOffer> Offers(KernelQuery query) => [new KernelOffer(64, predicted)];

        public override long PackedBytes(KernelQuery query, KernelOffer offer) => 0;

        public override PreparedKernel Prepare(KernelQuery query, KernelOffer offer) => new Prepared(this, query.Node.Operator, microseconds);

        private sealed class Prepared(Spinning kernel, Operator op, double microseconds) : PreparedKernel
        {
            public override void Run(in KernelArguments arguments)
            {
                Interlocked.Increment(ref kernel._runs);
                arguments.Scratch.Length.ShouldBe(64);
                arguments.Input(0).ContainsAnyExceptInRange(-1f, 1f).ShouldBeFalse();
                op.Evaluate(arguments.Inputs, arguments.Outputs);
                long start = Stopwatch.GetTimestamp();
                while (Stopwatch.GetElapsedTime(start).TotalMicroseconds < microseconds) Thread.SpinWait(1);
            }
        }
    }
}
