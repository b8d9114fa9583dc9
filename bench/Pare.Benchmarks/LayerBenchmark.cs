using Pare.Operators;
using Pare.Runtime;

namespace Pare.Benchmarks;

/// <summary>Layers beside convolutions and products, by their kernels: time of a run, numbers moved a second, and how much faster than the definition.</summary>
internal static class LayerBenchmark
{
    public static void Run(CpuFeatures cpu, int threads)
    {
        LocalResponseNormalization lrn = new();
        One("LRN 8x96x27x27", lrn, [Shape.Of(8, 96, 27, 27)]);
        One("LRN beta 0.6 8x96x27x27", lrn with { Beta = 0.6f }, [Shape.Of(8, 96, 27, 27)]);
        One("LRN gradient 8x96x27x27", new LocalResponseNormalizationGradient(lrn), [Shape.Of(8, 96, 27, 27), Shape.Of(8, 96, 27, 27)]);
        One("ConvTranspose 64->32 4x4/2 of 28x28", new ConvTranspose { Window = Window.Square(4, 2, 1) }, [Shape.Of(1, 64, 28, 28), Shape.Of(64, 32, 4, 4)]);
        One("LayerNormalization 197x768", new LayerNormalization(), [Shape.Of(1, 197, 768), Shape.Of(768), Shape.Of(768)]);
        One("GroupNormalization 64x56x56", new GroupNormalization { Groups = 8 }, [Shape.Of(1, 64, 56, 56), Shape.Of(64), Shape.Of(64)]);
        One("Resize nearest 64x28x28 to 56x56", new Resize { Coordinates = ResizeCoordinates.Asymmetric, Rounding = NearestRounding.Floor }, [Shape.Of(1, 64, 28, 28)], Tensor.Vector<long>(1, 64, 56, 56));
        One("Resize linear 64x28x28 to 56x56", new Resize { Mode = Interpolation.Linear }, [Shape.Of(1, 64, 28, 28)], Tensor.Vector<long>(1, 64, 56, 56));

        void One(string name, Operator op, Shape[] inputs, Tensor? sizes = null)
        {
            var editor = new ModelEditor();
            var names = new List<string>(inputs.Select((shape, i) => editor.AddInput($"x{i}", new TensorType(DType.F32, shape))));
            if (sizes is not null) names.AddRange(["", "", editor.SetConstant("sizes", sizes)]);
            editor.Add(new Node("node", op, [.. names], ["y"]));
            editor.AddOutput("y");
            var session = new Session(ExecutionPlan.Build(editor.Build(), new PlanOptions { Cpu = cpu, Threads = threads }));
            var random = new Rng(1);
            var values = new Tensor?[names.Count];
            for (int i = 0; i < inputs.Length; i++)
            {
                values[i] = session.Input(names[i]);
                foreach (ref float value in values[i]!.Floats) value = random.NextSingle() * 2 - 1;
            }
            if (sizes is not null) values[^1] = sizes;
            var slow = new Tensor(DType.F32, session.Output("y").Shape);
            Timing[] timings = Stopwatching.Time(5, processorTime: threads == 1, session.Run, () => op.Evaluate(values, [slow]));
            double numbers = inputs.Sum(s => s.Elements) + slow.Length;
            Console.WriteLine($"{name,-36} {session.Plan.Steps[0].Kernel,-24} {timings[0].Best * 1e6,9:F0} us {numbers / timings[0].Best / 1e9,6:F2} Gnumbers/s {timings[1].Best / timings[0].Best,7:F0}x the definition");
        }
    }
}
