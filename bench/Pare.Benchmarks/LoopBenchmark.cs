using System.Collections.Immutable;
using System.Globalization;
using Pare.Kernels;
using Pare.Operators;
using Pare.Threading;

namespace Pare.Benchmarks;

/// <summary>Kernels of single nodes against those of a processor without vectors and against definitions: nanoseconds for each number written.</summary>
internal static class LoopBenchmark
{
    private const int Rounds = 7, Repeats = 20;

    public static void Run(CpuFeatures cpu, int threads, string part)
    {
        foreach ((string name, Operator op, object[] inputs) in Cases().Where(c => c.Name.Contains(part, StringComparison.Ordinal)))
        {
            Action fast = Prepare(op, inputs, cpu, threads, KernelCatalog.Default, out long outputs, out string kernel);
            Action scalar = Prepare(op, inputs, CpuFeatures.Scalar, threads, KernelCatalog.Default, out _, out _);
            Action definition = Prepare(op, inputs, cpu, threads, KernelCatalog.Default.Where(k => k.Name == "evaluate"), out _, out _);
            Timing[] times = Stopwatching.Time(Rounds, processorTime: false, fast, scalar, definition);
            double Nanoseconds(Timing t) => t.Best * 1e9 / outputs / Repeats;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name,-34} {kernel,-34} {Nanoseconds(times[0]),7:F3} ns, scalar {Nanoseconds(times[1]),7:F2}, definition {Nanoseconds(times[2]),7:F2}"));
        }
    }

    private static IEnumerable<(string Name, Operator Operator, object[] Inputs)> Cases()
    {
        foreach ((int channels, int size, Window window, string what) in new[]
        {
            (64, 28, Window.Square(3, 1, 1), "3x3 28"), (64, 14, Window.Square(3, 1, 1), "3x3 14"), (64, 7, Window.Square(3, 1, 1), "3x3 7"),
            (16, 112, Window.Square(3, 2, 1), "3x3/2 112"), (64, 28, Window.Square(3, 2, 1), "3x3/2 28"), (64, 28, Window.Square(2, 2), "2x2/2 28"),
            (64, 8, Window.Square(8, 8), "8x8 8"), (64, 28, Window.Square(5, 3, 2), "5x5/3 28"),
        })
        {
            Shape x = Shape.Of(1, channels, size, size), y = new([x[0], x[1], .. window.Axes(x).Select(a => (Dim)a.Output)]);
            yield return ($"max {what}", new MaxPool { Window = window }, [x]);
            yield return ($"max-gradient {what}", new MaxPoolGradient(new MaxPool { Window = window }), [y, x]);
            yield return ($"average {what}", new AveragePool { Window = window }, [x]);
            yield return (
                $"average-gradient {what}", new AveragePoolGradient(new AveragePool { Window = window }), [y, Tensor.Vector<long>(1, channels, size, size)]);
        }
        Shape plane = Shape.Of(1, 64, 28, 28);
        yield return ("global-max", new GlobalMaxPool(), [plane]);
        yield return ("global-max-gradient", new GlobalMaxPoolGradient(), [Shape.Of(1, 64, 1, 1), plane]);
        yield return ("clip-gradient", new ClipGradient(), [plane, plane, Tensor.Scalar(0.1f), Tensor.Scalar(0.6f)]);
        yield return ("dropout-training", new DropoutTraining(), [plane, Tensor.Scalar(0.3f), Tensor.Vector<long>(1, 2)]);
        yield return ("mean-squared-error (of inputs)", new MeanSquaredError(), [plane, plane]);
        yield return ("mean-squared-error-gradient", new MeanSquaredErrorGradient(), [Shape.Scalar, plane, plane]);
        var labels = new Tensor(DType.I64, Shape.Of(64));
        yield return ("softmax-cross-entropy (of inputs)", new SoftmaxCrossEntropy(), [Shape.Of(64, 1000), labels]);
        yield return ("softmax-cross-entropy-gradient", new SoftmaxCrossEntropyGradient(), [Shape.Scalar, Shape.Of(64, 1000), labels]);
        yield return ("transpose shuffle 28", new Transpose { Order = [0, 2, 1, 3, 4] }, [Shape.Of(1, 3, 40, 28, 28)]);
        yield return ("transpose shuffle 7", new Transpose { Order = [0, 2, 1, 3, 4] }, [Shape.Of(1, 3, 320, 7, 7)]);
        yield return ("transpose matrix", new Transpose { Order = [0, 2, 1] }, [Shape.Of(8, 100, 120)]);
    }

    private static Action Prepare(
        Operator op, object[] inputs, CpuFeatures cpu, int threads, IEnumerable<Kernel> kernels, out long outputs, out string kernel)
    {
        var rng = new Rng(1);
        Tensor?[] values = [.. inputs.Select(i => i as Tensor ?? Filled((Shape)i, rng))];
        var editor = new ModelEditor();
        ImmutableArray<string> names = [.. values.Select((v, i) => inputs[i] is Tensor ? editor.SetConstant($"c{i}", v!) : editor.AddInput($"x{i}", v!.Type))];
        var node = new Node("node", op, names, ["y"]);
        editor.Add(node);
        editor.AddOutput("y");
        Model model = editor.Build();
        KernelQuery query = new(
            node, [.. values.Select(v => v!.Type)], [model.Types["y"]], [.. values.Select(_ => (WeightEncoding?)null)],
            [.. values.Select((v, i) => inputs[i] is Tensor ? v : null)], cpu, threads);
        (Kernel Kernel, KernelOffer Offer) best = kernels.SelectMany(k => k.Offers(query).Select(o => (k, o))).MinBy(p => p.o.PredictedSeconds);
        PreparedKernel prepared = best.Kernel.Prepare(query, best.Offer);
        Tensor[] results = [.. query.Outputs.Select(t => new Tensor(t.DType, t.Shape))];
        var scratch = new NativeBuffer(best.Offer.ScratchBytes / sizeof(float) + 16);
        WorkerPool pool = WorkerPool.Shared(threads);
        kernel = best.Kernel.Name;
        outputs = Math.Max(results[0].Length, op is MeanSquaredError or SoftmaxCrossEntropy ? values[0]!.Length : 0);
        return () =>
        {
            for (int r = 0; r < Repeats; r++)
                Once(prepared, values, results, scratch, best.Offer.ScratchBytes, pool);
        };
    }

    private static unsafe void Once(PreparedKernel prepared, Tensor?[] values, Tensor[] results, NativeBuffer scratch, long bytes, WorkerPool pool) =>
        prepared.Run(new KernelArguments(values, results, new Span<byte>(scratch.Bytes, (int)bytes), pool));

    private static Tensor Filled(Shape shape, Rng rng)
    {
        var tensor = new Tensor(DType.F32, shape);
        foreach (ref float value in tensor.Floats) value = Math.Max(0, rng.NextSingle() - 0.3f);   // many are equal, as behind a rectifier
        return tensor;
    }
}
