using Pare.Operators;
using Pare.Runtime;

namespace Pare.Benchmarks;

/// <summary>Layers of integers beside the same layers of floats, by the kernels that plans choose: microseconds, multiply-adds a second, and how many times as fast.</summary>
internal static class IntegerBenchmark
{
    private const double LeastWork = 2e8;

    public static void Run(CpuFeatures cpu, int threads, string name)
    {
        Console.WriteLine($"level {cpu.Describe()}, {threads} thread(s); integers: us, G multiply-adds/s (U8, I8 input); floats: us; times as fast (U8)");
        Convolution("ResNet-20 3x3 3->16 32x32", 3, 32, 16, 3, 1, 1);
        Convolution("ResNet-20 3x3 16->16 32x32", 16, 32, 16, 3, 1, 1);
        Convolution("ResNet-20 3x3 16->32 32x32 /2", 16, 32, 32, 3, 1, 2);
        Convolution("ResNet-20 3x3 32->32 16x16", 32, 16, 32, 3, 1, 1);
        Convolution("ResNet-20 3x3 64->64 8x8", 64, 8, 64, 3, 1, 1);
        Convolution("ResNet-20 1x1 16->32 32x32 /2", 16, 32, 32, 1, 0, 2);
        Convolution("MobileNet 3x3 3->32 224x224 /2", 3, 224, 32, 3, 1, 2);
        Convolution("MobileNet 1x1 32->64 112x112", 32, 112, 64, 1, 0, 1);
        Convolution("MobileNet 1x1 128->128 56x56", 128, 56, 128, 1, 0, 1);
        Convolution("MobileNet 1x1 256->256 28x28", 256, 28, 256, 1, 0, 1);
        Convolution("MobileNet 1x1 512->512 14x14", 512, 14, 512, 1, 0, 1);
        Convolution("MobileNet 1x1 1024->1024 7x7", 1024, 7, 1024, 1, 0, 1);
        Convolution("ResNet-50 3x3 64->64 56x56", 64, 56, 64, 3, 1, 1);
        Convolution("VGG 3x3 512->512 14x14", 512, 14, 512, 3, 1, 1);
        Convolution("7x7 3->64 224x224 /2", 3, 224, 64, 7, 3, 2);
        Convolution("depthwise 3x3 128 56x56", 128, 56, 128, 3, 1, 1, 128);
        Convolution("depthwise 3x3 128 56x56 /2", 128, 56, 128, 3, 1, 2, 128);
        Convolution("depthwise 3x3 512 14x14", 512, 14, 512, 3, 1, 1, 512);
        Product("1x1024 times 1024x1000", 1, 1024, 1000);
        Product("32x1024 times 1024x1000", 32, 1024, 1000);
        Product("1x64 times 64x10", 1, 64, 10);

        void Convolution(string what, int channels, int size, int outputs, int window, int pad, int stride, int groups = 1)
        {
            if (!what.Contains(name)) return;
            Conv conv = new() { Window = Window.Square(window, stride, pad), Groups = groups };
            Shape weight = Shape.Of(outputs, channels / groups, window, window), x = Shape.Of(1, size, size, channels);
            Operator Of(int zero) => new ChannelsLast(new IntegerConv(conv, zero, IntegerResult.Of(DType.U8, 0)));
            Compare(what, weight.Elements / (double)outputs, outputs, x, weight, Of(7), Of(-3), new ChannelsLast(conv));
        }

        void Product(string what, int rows, int k, int outputs)
        {
            if (!what.Contains(name)) return;
            Operator Of(int zero) => new IntegerGemm(true, zero, IntegerResult.Of(DType.U8, 0));
            Compare(what, k, outputs, Shape.Of(rows, k), Shape.Of(outputs, k), Of(7), Of(-3), new Gemm { TransB = true });
        }

        void Compare(string what, double depth, int outputs, Shape x, Shape weight, Operator unsigned, Operator signed, Operator real)
        {
            Session[] sessions = [Make(unsigned, DType.U8), Make(signed, DType.I8), Make(real, DType.F32)];
            double work = depth * sessions[0].Output("y").Length;
            int repeats = (int)Math.Max(1, LeastWork / work);
            Timing[] timings = Stopwatching.Time(7, processorTime: threads == 1, [.. sessions.Select(s => (Action)(() => Repeat(s, repeats)))]);
            double[] seconds = [.. timings.Select(t => t.Best / repeats)];
            Console.WriteLine(
                $"{what,-32} {sessions[0].Plan.Steps[0].Kernel,-28} {seconds[0] * 1e6,8:F1} us {work / seconds[0] / 1e9,6:F1} {work / seconds[1] / 1e9,6:F1} G/s   "
                + $"{sessions[2].Plan.Steps[0].Kernel,-24} {seconds[2] * 1e6,8:F1} us {seconds[2] / seconds[0],5:F2}x");

            Session Make(Operator op, DType type)
            {
                var editor = new ModelEditor();
                var random = new Rng(1);
                List<string> names = [editor.AddInput("x", new TensorType(type, x))];
                if (type == DType.F32)
                {
                    float[] numbers = new float[weight.Elements];
                    foreach (ref float number in numbers.AsSpan()) number = random.NextSingle() - 0.5f;
                    names.AddRange([editor.SetWeight("w", new Dense(weight, numbers)), editor.SetWeight("b", new Dense(Shape.Of(outputs), new float[outputs]))]);
                }
                else
                {
                    var codes = new Tensor(DType.I8, weight);
                    foreach (ref byte code in codes.Bytes) code = (byte)random.NextInt32(256);
                    var factors = new Tensor(DType.F32, Shape.Of(outputs));
                    factors.Floats.Fill(1 / (float)(100 * depth));
                    names.AddRange([editor.SetConstant("w", codes), editor.SetConstant("b", new Tensor(DType.I32, Shape.Of(outputs))), editor.SetConstant("m", factors)]);
                }
                editor.Add(new Node("node", op, [.. names], ["y"]));
                editor.AddOutput("y");
                var session = new Session(ExecutionPlan.Build(editor.Build(), new PlanOptions { Cpu = cpu, Threads = threads }));
                if (type == DType.F32) foreach (ref float value in session.Input("x").Floats) value = random.NextSingle();
                else foreach (ref byte value in session.Input("x").Bytes) value = (byte)random.NextInt32(256);
                return session;
            }
        }
    }

    private static void Repeat(Session session, int times)
    {
        for (int i = 0; i < times; i++) session.Run();
    }
}
