using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Pare.Kernels.Vectors;
using Pare.Threading;

namespace Pare.Kernels.Pooling.Last;

/// <summary>Each channel of whole pictures with channels last: x [Batch, Pixels, C] -> y [Batch, C]. Slices of channels.</summary>
/// <remarks>Runs of 64 pixels are folded first, those then, so that long sums stay exact; the same order at every level and thread count.</remarks>
/// <param name="batch">Pictures.</param>
/// <param name="pixels">Pixels of a picture, at least 1.</param>
/// <param name="channels">C.</param>
/// <param name="cpu">What may be used.</param>
internal sealed unsafe class WholePool<TFold>(int batch, int pixels, int channels, CpuFeatures cpu) : PlannedKernel where TFold : struct, IPixelFold
{
    private const int RunPixels = 64;
    private const int SliceFloats = 1 << 15;

    /// <inheritdoc/>
    public override double Seconds => CostModel.Loop((double)batch * pixels * channels);

    /// <summary>For the shape [N, H, W, C] of x.</summary>
    public static WholePool<TFold> Of(Shape x, CpuFeatures cpu) => new(x.Fixed[0], x.Fixed[1] * x.Fixed[2], x.Fixed[3], cpu);

    /// <inheritdoc/>
    public override void Run(in KernelArguments arguments)
    {
        fixed (float* x = arguments.Input(0), y = arguments.Output(0))
        {
            if (cpu.HasVector512 && channels >= 16)
                Run<Ops512, Floats16>(x, y, arguments.Pool);
            else if (cpu.HasAvx2 && channels >= 8)
                Run<Ops256, Floats8>(x, y, arguments.Pool);
            else if (cpu.HasVector128 && channels >= 4)
                Run<Ops128, Vector128<float>>(x, y, arguments.Pool);
            else
                Run<OpsScalar, float>(x, y, arguments.Pool);
        }
    }

    private void Run<TOps, TVector>(float* x, float* y, WorkerPool pool) where TOps : struct, IVectorOps<TVector> where TVector : unmanaged
    {
        int unit = 2 * TOps.Lanes, width = Math.Max(unit, SliceFloats / pixels / unit * unit);
        int parts = (channels + width - 1) / width;
        pool.Run(batch * parts, new Job<TOps, TVector> { Pool = this, X = x, Y = y, Parts = parts, Width = width });
    }

    private void Channels<TOps, TVector>(float* x, float* y, int first, int end) where TOps : struct, IVectorOps<TVector> where TVector : unmanaged
    {
        int c = first;
        for (; c + 2 * TOps.Lanes <= end; c += 2 * TOps.Lanes)
            Two<TOps, TVector>(x + c, y + c);
        for (; c < end; c += TOps.Lanes)
        {
            int at = Math.Min(c, channels - TOps.Lanes);
            One<TOps, TVector>(x + at, y + at);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Two<TOps, TVector>(float* x, float* y) where TOps : struct, IVectorOps<TVector> where TVector : unmanaged
    {
        TOps.Require();
        nint pixel = channels;
        TVector a = default, b = default;
        for (int first = 0; first < pixels; first += RunPixels)
        {
            TVector runA = TOps.Load(x), runB = TOps.Load(x + TOps.Lanes);
            x += pixel;
            for (int i = Math.Min(RunPixels, pixels - first) - 1; i > 0; i--, x += pixel)
            {
                runA = TFold.Join<TOps, TVector>(runA, TOps.Load(x));
                runB = TFold.Join<TOps, TVector>(runB, TOps.Load(x + TOps.Lanes));
            }
            a = first == 0 ? runA : TFold.Join<TOps, TVector>(a, runA);
            b = first == 0 ? runB : TFold.Join<TOps, TVector>(b, runB);
        }
        TVector factor = TOps.Create(1f / pixels);
        TOps.Store(y, TFold.IsMean ? TOps.Multiply(a, factor) : a);
        TOps.Store(y + TOps.Lanes, TFold.IsMean ? TOps.Multiply(b, factor) : b);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void One<TOps, TVector>(float* x, float* y) where TOps : struct, IVectorOps<TVector> where TVector : unmanaged
    {
        TOps.Require();
        nint pixel = channels;
        TVector folded = default;
        for (int first = 0; first < pixels; first += RunPixels)
        {
            TVector run = TOps.Load(x);
            x += pixel;
            for (int i = Math.Min(RunPixels, pixels - first) - 1; i > 0; i--, x += pixel)
                run = TFold.Join<TOps, TVector>(run, TOps.Load(x));
            folded = first == 0 ? run : TFold.Join<TOps, TVector>(folded, run);
        }
        TOps.Store(y, TFold.IsMean ? TOps.Multiply(folded, TOps.Create(1f / pixels)) : folded);
    }

    private struct Job<TOps, TVector> : ISliceJob where TOps : struct, IVectorOps<TVector> where TVector : unmanaged
    {
        public WholePool<TFold> Pool;
        public float* X;
        public float* Y;
        public int Parts;
        public int Width;

        public readonly void Execute(int slice, int worker)
        {
            (int picture, int part) = Math.DivRem(slice, Parts);
            Pool.Picture<TOps, TVector>(X, Y, picture, part * Width, (part + 1) * Width);
        }
    }

    private void Picture<TOps, TVector>(float* x, float* y, int picture, int first, int end) where TOps : struct, IVectorOps<TVector> where TVector : unmanaged =>
        Channels<TOps, TVector>(x + (nint)picture * pixels * channels, y + (nint)picture * channels, first, Math.Min(channels, end));
}
