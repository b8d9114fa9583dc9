using System.Diagnostics;
using System.Globalization;
using Pare.Operators;
using Pare.Runtime;

namespace Pare.Tests.Runtime;

public class SessionTests
{
    [Fact]
    public void Run_Cancelled_StopsBetweenNodesAndRunsAgain()
    {
        var cancel = new CancellationTokenSource();
        Session session = Chain(10);
        session.Input("x").Floats[0] = 1;
        session.Run(cancel.Token);
        session.Output("y").Floats[0].ShouldBe(1024);
        cancel.Cancel();
        session.Input("x").Floats[0] = 2;
        Should.Throw<OperationCanceledException>(() => session.Run(cancel.Token));
        session.Output("y").Floats[0].ShouldBe(1024);
        session.Run();
        session.Output("y").Floats[0].ShouldBe(2048);
    }

    [Fact]
    public void Run_CancelledByANode_DoesNoNodeBehindIt()
    {
        var cancel = new CancellationTokenSource();
        var editor = new ModelEditor();
        string x = editor.AddInput("x", new TensorType(DType.F32, Shape.Of(1)));
        string y = editor.Add(new Calling(cancel.Cancel), "first", x);
        int calls = 0;
        editor.AddOutput(editor.Add(new Calling(() => calls++), "second", y));
        var session = new Session(editor.Build());
        Should.Throw<OperationCanceledException>(() => session.Run(cancel.Token));
        calls.ShouldBe(0);
    }

    [Fact]
    public void Run_Again_AllocatesNothing()
    {
        Session session = Chain(100);
        session.Run();
        long before = GC.GetAllocatedBytesForCurrentThread();
        session.Run();
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Run_DenormalNumbers_CountAsZeroWhereThePlanSaysSo(bool flush)
    {
        var options = new PlanOptions { FlushDenormals = flush, Threads = 1 };
        var editor = new ModelEditor();
        string x = editor.AddInput("x", new TensorType(DType.F32, Shape.Of(1, 2)));
        string weight = editor.SetWeight("w", new Dense(Shape.Of(2, 2), new[] { 1e30f, 0, 0, 1e-40f }));
        editor.AddOutput(editor.Add(new Gemm(), "y", x, weight));
        var session = new Session(editor.Build(), options);
        session.Input("x").Floats[0] = 1e-40f;
        session.Input("x").Floats[1] = 1e30f;
        session.Run();
        float[] got = session.Output(session.Plan.Lowered.Outputs[0]).Floats.ToArray();
        got.Select(v => v == 0).ShouldBe([flush, flush]);
        (float.Epsilon * One > 0).ShouldBeTrue("a run must leave the caller's thread as it was");
    }

    [Fact]
    public async Task Run_ManySessionsOfOnePlanAtOnce_GiveTheRightResultsAndDoNotGrow()
    {
        const int Sessions = 64;
        var plan = ExecutionPlan.Build(Network(), new PlanOptions { Threads = 2 });
        float[][] inputs = [.. Enumerable.Range(0, Sessions).Select(i => Random(plan, (ulong)i))];
        float[][] expected = [.. inputs.Select(x => Result(new Session(plan), x))];
        Session[] sessions = [.. inputs.Select(_ => new Session(plan))];
        (int Rounds, long Allocated)[] done = await Task.WhenAll(Enumerable.Range(0, Sessions).Select(i => Task.Factory.StartNew(
            () => RunMany(sessions[i], inputs[i], expected[i]), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        done.ShouldAllBe(d => d.Allocated < d.Rounds * 1000);   // what is left of a thread's allocation buffer counts at each collection
    }

    private const int LeastRounds = 40;

    // PARE_SOAK_SECONDS=60: as long as that, and at least so many rounds.
    private static readonly TimeSpan Soak = TimeSpan.FromSeconds(int.Parse(Environment.GetEnvironmentVariable("PARE_SOAK_SECONDS") ?? "0", CultureInfo.InvariantCulture));

    private static (int Rounds, long Allocated) RunMany(Session session, float[] input, float[] expected)
    {
        string output = session.Plan.Lowered.Outputs[0];
        input.CopyTo(session.Input("x").Floats);
        long before = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        int rounds = 0;
        for (; rounds < LeastRounds || Stopwatch.GetElapsedTime(start) < Soak; rounds++)
        {
            session.Output(output).Floats.Clear();
            session.Run();
            session.Output(output).Floats.SequenceEqual(expected).ShouldBeTrue();
        }
        return (rounds, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static float One => BitConverter.Int32BitsToSingle(Environment.ProcessId > 0 ? 0x3F800000 : 0);   // not known to the compiler

    private static float[] Random(ExecutionPlan plan, ulong seed)
    {
        Rng rng = new(seed);
        return [.. Enumerable.Range(0, (int)plan.Lowered.Inputs[0].Type.Shape.Elements).Select(_ => rng.NextSingle() - 0.5f)];
    }

    private static float[] Result(Session session, float[] input)
    {
        input.CopyTo(session.Input("x").Floats);
        session.Run();
        return session.Output(session.Plan.Lowered.Outputs[0]).Floats.ToArray();
    }

    private static Session Chain(int nodes)
    {
        var editor = new ModelEditor();
        string x = editor.AddInput("x", new TensorType(DType.F32, Shape.Of(1)));
        for (int i = 1; i < nodes; i++) x = editor.Add(new Binary(BinaryFunctions.Add), $"sum{i}", x, x);
        editor.Add(new Node("last", new Binary(BinaryFunctions.Add), [x, x], ["y"]));
        editor.AddOutput("y");
        return new Session(editor.Build());
    }

    // Convolution, pool and product, each large enough for two threads.
    internal static Model Network()
    {
        var rng = new Rng(3);
        var editor = new ModelEditor();
        string x = editor.AddInput("x", new TensorType(DType.F32, new Shape([Dim.Named("N"), 8, 24, 24])));
        string conv = editor.Add(new Conv { Window = Window.Square(3, 1, 1) }, "conv", x, Weight("w", 32, 8, 3, 3), Weight("b", 32));
        string norm = editor.Add(new BatchNormalization(), "norm", conv, Weight("scale", 32), Weight("shift", 32), Weight("mean", 32), Weight("variance", 32));
        string pool = editor.Add(new MaxPool { Window = Window.Square(2, 2) }, "pool", norm);
        editor.AddOutput(editor.Add(new Gemm(), "gemm", editor.Add(new Flatten(), "flat", pool), Weight("fc", 32 * 144, 40), Weight("bias", 40)));
        return editor.Build();

        string Weight(string name, params int[] dims)
        {
            Shape shape = Shape.Of(dims);
            return editor.SetWeight(name, new Dense(shape, Enumerable.Range(0, (int)shape.Elements).Select(_ => rng.NextSingle() * 0.1f + 0.01f).ToArray()));
        }
    }

    private sealed record Calling(Action Call) : Operator
    {
        public override string Name => "Calling";

        public override void Infer(InferScope s) => s.Output(0, s.Type(0));

        public override OperatorCost Cost(InferScope s) => default;

        public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
        {
            Call();
            inputs[0]!.Bytes.CopyTo(outputs[0].Bytes);
        }
    }
}
