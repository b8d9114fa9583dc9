using Pare.Kernels;
using Pare.Kernels.Convolutions.Last;
using Pare.Operators;
using Pare.Runtime;
using Pare.Threading;

namespace Pare.Tests.Kernels.Convolutions;

public sealed class WinogradTests
{
    private const int Size = 12;
    private const int Outputs = 4;

    // What makes errors large: long sums of one sign, numbers that the transforms add up, one large pixel among small ones.
    public static TheoryData<int, int, string> Pictures
    {
        get
        {
            var data = new TheoryData<int, int, string>();
            foreach (int size in new[] { 2, 4 })
            {
                foreach (int channels in new[] { 3, 64, 512 })
                {
                    foreach (string kind in new[] { "random", "positive", "signs", "waves", "impulses" }) data.Add(size, channels, kind);
                }
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Pictures))]
    public void Run_AnyPicture_IsWithinTheStatedBound(int size, int channels, string kind)
    {
        var rng = new Rng(5);
        var x = new Tensor(DType.F32, Shape.Of(1, Size, Size, channels));
        var w = new Tensor(DType.F32, Shape.Of(Outputs, channels, 3, 3));
        for (int i = 0; i < x.Length; i++)
        {
            (int row, int column) = Math.DivRem(i / channels, Size);
            float u = rng.NextSingle() * 2 - 1;
            x.Floats[i] = kind switch
            {
                "random" => u,
                "positive" => Math.Abs(u),
                "signs" => u < 0 ? -1.1f : 1.1f,
                "waves" => ((row + column) % 2 == 0 ? 1 : -1) * (1 + u / 8),
                _ => row % 5 == 2 && column % 5 == 3 ? 1000 * u : u,
            };
        }
        foreach (ref float value in w.Floats)
        {
            float u = rng.NextSingle() * 2 - 1;
            value = kind switch { "positive" => Math.Abs(u), "signs" => u < 0 ? -0.7f : 0.7f, _ => u };
        }
        (float[] got, double[] expected) = Run(size, x, w);
        double worst = 0;
        for (int i = 0; i < got.Length; i++)
        {
            (int pixel, int o) = Math.DivRem(i, Outputs);
            (int row, int column) = Math.DivRem(pixel, Size);
            worst = Math.Max(worst, Math.Abs(got[i] - expected[i]) / Scale(size, x, w, row / size * size, column / size * size, o));
        }
        worst.ShouldBeLessThan(ConvWinogradF32.ErrorOf(size));
        worst.ShouldBeGreaterThan(0, "the exact result was compared with itself");
    }

    [Fact]
    public void Plan_WinogradSwitchedOff_ChoosesTheDefinition()
    {
        var editor = new ModelEditor();
        string x = editor.AddInput("x", new TensorType(DType.F32, Shape.Of(1, 64, 56, 56)));
        string w = editor.SetWeight("w", new Dense(Shape.Of(64, 64, 3, 3), new float[64 * 64 * 9]));
        editor.AddOutput(editor.Add(new Conv { Window = Window.Square(3, pad: 1) }, "y", x, w));
        Model model = editor.Build();
        KernelOf(new PlanOptions { Threads = 1 }).ShouldStartWith("conv-winograd-4.last");
        KernelOf(new PlanOptions { Threads = 1, Winograd = false }).ShouldBe("conv.last.f32");

        string KernelOf(PlanOptions options) => ExecutionPlan.Build(model, options).Steps.Single(s => s.Kernel.StartsWith("conv", StringComparison.Ordinal)).Kernel;
    }

    [Fact]
    public void Offers_OtherConvolutions_AreNone()
    {
        foreach (int size in new[] { 2, 4 })
        {
            string name = $"conv-winograd-{size}.last.f32";
            Shape x = Shape.Of(1, 9, 9, 6), weight = Shape.Of(6, 6, 3, 3);
            Conv same = new() { Window = Window.Square(3, pad: 1) };
            KernelCase[] refused =
            [
                new(name, same, [Shape.Of(1, 6, 9, 9), weight], [1]),
                new(name, new ChannelsLast(same), [x, weight]),
                new(name, new ChannelsLast(same), [x, weight, Shape.Of(6)], [1]),
                new(name, new ChannelsLast(same with { Groups = 2 }), [x, Shape.Of(6, 3, 3, 3)], [1]),
                new(name, new ChannelsLast(new Conv { Window = Window.Square(3, 2, 1) }), [x, weight], [1]),
                new(name, new ChannelsLast(new Conv { Window = new Window(Dilations: [2, 2]) }), [x, weight], [1]),
                new(name, new ChannelsLast(new Conv()), [x, Shape.Of(6, 6, 5, 5)], [1]),
            ];
            foreach (KernelCase c in refused) c.Run(CpuFeatures.Detect(), 1, out _).ShouldBeNull(c.ToString());
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Run_SevenThreads_GivesTheBitsOfOne(int size)
    {
        foreach ((int side, int channels, int outputs) in new[] { (41, 24, 40), (14, 96, 130), (7, 256, 192) })
        {
            var rng = new Rng(3);
            var x = new Tensor(DType.F32, Shape.Of(2, side, side, channels));
            var w = new Tensor(DType.F32, Shape.Of(outputs, channels, 3, 3));
            foreach (ref float value in x.Floats) value = rng.NextSingle() - 0.5f;
            foreach (ref float value in w.Floats) value = rng.NextSingle() - 0.5f;
            float[] one = Compute(size, x, w, 1);
            foreach (int threads in new[] { 2, 7 }) Compute(size, x, w, threads).ShouldBe(one);
        }
    }

    // The bound's unit: the sum over channels of the largest |x| that the result's tile reads times the sum of |w|.
    private static double Scale(int size, Tensor x, Tensor w, int top, int left, int output)
    {
        int channels = x.Dims[3];
        double scale = 0;
        for (int c = 0; c < channels; c++)
        {
            double most = 0, sum = 0;
            for (int row = Math.Max(0, top - 1); row < Math.Min(Size, top + size + 1); row++)
            {
                for (int column = Math.Max(0, left - 1); column < Math.Min(Size, left + size + 1); column++)
                    most = Math.Max(most, Math.Abs(x.Floats[(row * Size + column) * channels + c]));
            }
            for (int k = 0; k < 9; k++) sum += Math.Abs(w.Floats[(output * channels + c) * 9 + k]);
            scale += most * sum;
        }
        return scale;
    }

    private static (float[] Got, double[] Expected) Run(int size, Tensor x, Tensor w)
    {
        int channels = x.Dims[3];
        var expected = new double[Size * Size * Outputs];
        for (int i = 0; i < expected.Length; i++)
        {
            (int pixel, int o) = Math.DivRem(i, Outputs);
            for (int k = 0; k < 9; k++)
            {
                int row = pixel / Size + k / 3 - 1, column = pixel % Size + k % 3 - 1;
                if (row < 0 || row >= Size || column < 0 || column >= Size) continue;
                for (int c = 0; c < channels; c++)
                    expected[i] += (double)x.Floats[(row * Size + column) * channels + c] * w.Floats[(o * channels + c) * 9 + k];
            }
        }
        return (Compute(size, x, w, 1), expected);
    }

    private static float[] Compute(int size, Tensor x, Tensor w, int threads)
    {
        var y = new Tensor(DType.F32, Shape.Of(x.Dims[0], x.Dims[1], x.Dims[2], w.Dims[0]));
        KernelQuery query = new(
            new Node("node", new ChannelsLast(new Conv { Window = Window.Square(3, pad: 1) }), ["x", "w"], ["y"]),
            [x.Type, w.Type], [y.Type], [null, new Dense(w.Shape, w.Floats.ToArray())], [null, null], CpuFeatures.Detect(), threads);
        var kernel = new ConvWinogradF32(size);
        KernelOffer offer = kernel.Offers(query).Single();
        kernel.Prepare(query, offer).Run(new KernelArguments([x, null], [y], new byte[offer.ScratchBytes], WorkerPool.Shared(threads)));
        return y.Floats.ToArray();
    }
}
