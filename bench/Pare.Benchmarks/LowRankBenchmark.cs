using Pare.Operators;
using Pare.Runtime;

namespace Pare.Benchmarks;

/// <summary>Layers cut into two (or three) by low rank at about half the multiply-adds, against the layer itself, taking turns: the latency that is saved over the multiply-adds that are.</summary>
internal static class LowRankBenchmark
{
    private const double LeastWork = 1e8;

    /// <summary>Parts run band by band wherever they can, also where what lies between them stays in the second cache.</summary>
    private static readonly BandRule Joined = new(0, long.MaxValue, 400_000) { AnyGain = true };

    public static void Run(CpuFeatures cpu, int threads, string part)
    {
        Console.WriteLine($"level {cpu.Describe()}, {threads} thread(s); layer us, its parts us, latency over latency, multiply-adds over multiply-adds, share of the promise that is kept");
        Product(4096, 4096, 1, 1024);
        Product(4096, 4096, 32, 1024);
        Product(1024, 1000, 1, 256);
        foreach ((int channels, int size) in new[] { (64, 56), (128, 28), (256, 14), (512, 7) })
        {
            Layers($"1x1 {channels}->{channels} {size}x{size}, svd", channels, size, [(1, 1, channels)], [(1, 1, channels / 4), (1, 1, channels)]);
            Layers($"1x1 {channels}->{4 * channels} {size}x{size}, svd", channels, size, [(1, 1, 4 * channels)], [(1, 1, Round(0.4 * channels)), (1, 1, 4 * channels)]);
            Layers($"3x3 {channels}->{channels} {size}x{size}, svd", channels, size, [(3, 3, channels)], [(3, 3, Round(0.45 * channels)), (1, 1, channels)]);
            Layers($"3x3 {channels}->{channels} {size}x{size}, svd, 1x1 first", channels, size, [(3, 3, channels)], [(1, 1, Round(0.45 * channels)), (3, 3, channels)]);
            Layers($"3x3 {channels}->{channels} {size}x{size}, spatial", channels, size, [(3, 3, channels)], [(3, 1, Round(0.75 * channels)), (1, 3, channels)]);
            Layers($"3x3 {channels}->{channels} {size}x{size}, tucker", channels, size, [(3, 3, channels)], [(1, 1, Round(0.604 * channels)), (3, 3, Round(0.604 * channels)), (1, 1, channels)]);
        }

        static int Round(double rank) => Math.Max(16, (int)Math.Round(rank / 16) * 16);

        void Product(int inputs, int outputs, int rows, int rank)
        {
            string name = $"{rows} x {inputs} -> {outputs}, svd {rank}";
            if (!name.Contains(part, StringComparison.Ordinal)) return;
            Compare(name, Make([outputs]), Make([rank, outputs]), (double)rows * inputs * outputs, (double)rows * rank * (inputs + outputs));
            Session Make(int[] widths)
            {
                var editor = new ModelEditor();
                string at = editor.AddInput("x", new TensorType(DType.F32, Shape.Of(rows, inputs)));
                int width = inputs;
                foreach (int next in widths)
                {
                    at = editor.Add(new Gemm { TransB = true }, "y", at, Weight(editor, next, width), Weight(editor, next));
                    width = next;
                }
                return End(editor, at);
            }
        }

        void Layers(string name, int channels, int size, (int Height, int Width, int Outputs)[] whole, (int Height, int Width, int Outputs)[] parts)
        {
            if (!name.Contains(part, StringComparison.Ordinal)) return;
            Compare($"{name} {string.Join(' ', parts.SkipLast(1).Select(p => p.Outputs))}", Make(whole), Make(parts), Macs(whole), Macs(parts), Make(parts, Joined));
            double Macs((int Height, int Width, int Outputs)[] layers)
            {
                double sum = 0;
                int before = channels;
                foreach ((int height, int width, int outputs) in layers)
                {
                    sum += (double)size * size * height * width * before * outputs;
                    before = outputs;
                }
                return sum;
            }
            Session Make((int Height, int Width, int Outputs)[] layers, BandRule? rule = null)
            {
                var editor = new ModelEditor();
                string at = editor.AddInput("x", new TensorType(DType.F32, Shape.Of(1, channels, size, size)));
                int before = channels;
                foreach ((int height, int width, int outputs) in layers)
                {
                    at = editor.Add(
                        new Conv { Window = new Window([height, width], Pads: [height / 2, width / 2, height / 2, width / 2]) }, "y", at, Weight(editor, outputs, before, height, width), Weight(editor, outputs));
                    before = outputs;
                }
                return End(editor, editor.Add(new Unary(UnaryFunctions.Relu), "z", at), rule);
            }
        }

        Session End(ModelEditor editor, string output, BandRule? rule = null)
        {
            editor.AddOutput(output);
            var session = new Session(ExecutionPlan.Build(editor.Build(), new PlanOptions { Cpu = cpu, Threads = threads, Bands = rule ?? BandRule.Default }));
            var rng = new Rng(2);
            foreach (ref float value in session.Input("x").Floats) value = rng.NextSingle() - 0.5f;
            return session;
        }

        void Compare(string name, Session whole, Session parts, double wholeMacs, double partMacs, Session? joined = null)
        {
            int repeats = (int)Math.Max(1, LeastWork / wholeMacs), count = parts.Plan.Steps.Length;
            Timing[] timings = Stopwatching.Time(11, threads == 1, () => Repeat(whole), () => Repeat(parts));
            long[][] ticks = [.. Enumerable.Range(0, 21).Select(_ => new long[count])], wholeTicks = [.. Enumerable.Range(0, 21).Select(_ => new long[whole.Plan.Steps.Length])];
            long[][] joinedTicks = [.. Enumerable.Range(0, 21).Select(_ => new long[count])];
            for (int i = 0; i < ticks.Length; i++)
            {
                whole.RunTimed(wholeTicks[i]);
                parts.RunTimed(ticks[i]);
                joined?.RunTimed(joinedTicks[i]);
            }
            // The layouts' moves at both ends are no part of the layer.
            double Seconds(Session session, long[][] all) => session.Plan.Steps.Select((s, i) => s.Kernel.Contains("transpose") ? 0 : all.Select(t => t[i]).Order().ElementAt(all.Length / 2)).Sum() / (double)System.Diagnostics.Stopwatch.Frequency;
            double layer = Seconds(whole, wholeTicks), cut = Seconds(parts, ticks), latency = cut / layer, macs = partMacs / wholeMacs;
            Console.WriteLine(
                $"{name,-44} {layer * 1e6,7:F0} us {cut * 1e6,7:F0} us  {latency:F2} of {macs:F2}: {(1 - latency) / (1 - macs),6:P0}{(joined is null ? "" : $", in bands {Seconds(joined, joinedTicks) * 1e6:F0} us: {(1 - Seconds(joined, joinedTicks) / layer) / (1 - macs):P0}")}   (whole plans {timings[1].Median / timings[0].Median:F2})  "
                + $"{string.Join(" ", whole.Plan.Steps.Select(s => s.Kernel).Where(k => !k.Contains("transpose")))} -> {string.Join(" ", parts.Plan.Steps.Select((s, i) => s.Kernel.Contains("transpose") ? "" : $"{s.Kernel} {ticks.Select(t => t[i]).Order().ElementAt(10) / 1e3:F0}"))}");
            void Repeat(Session session)
            {
                for (int i = 0; i < repeats; i++) session.Run();
            }
        }

        static string Weight(ModelEditor editor, params ReadOnlySpan<int> dims)
        {
            var shape = Shape.Of(dims);
            var rng = new Rng(3);
            return editor.SetWeight(editor.FreshValue("w"), new Dense(shape, Enumerable.Range(0, (int)shape.Elements).Select(_ => rng.NextSingle() - 0.5f).ToArray()));
        }
    }
}
