using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Pare.Kernels.Vectors;
using Pare.Operators;
using Pare.Threading;

namespace Pare.Kernels.Normalization.Last;

/// <summary>Local response normalization, channels last: y[p, c] = x[p, c] d^-beta, d = bias + alpha / size * the squares of the channels around c. Slices of pixels.</summary>
/// <remarks>
/// Vectors run over channels; the last ones of a pixel overlap those before. The squares of a pixel lie in scratch between zeros, where
/// windows are read from. The power is taken by square roots for exponents 0.5, 0.75 and 1, else number by number.
/// </remarks>
internal sealed unsafe class PixelNorm(LocalResponseNormalization op, Shape x, CpuFeatures cpu, int threads) : PlannedKernel
{
    private const int SliceFloats = 1 << 13;
    private readonly int _channels = x.Fixed[^1];
    private readonly int _pixels = (int)(x.Elements / x.Fixed[^1]);
    private readonly int _before = (op.Size - 1) / 2;

    // Squares of a pixel with their zeros, in whole cache lines: workers share none.
    private readonly int _stride = (x.Fixed[^1] + op.Size + 31) / 16 * 16;

    /// <inheritdoc/>
    public override long ScratchBytes => (long)threads * _stride * sizeof(float);

    /// <inheritdoc/>
    public override double Seconds => CostModel.Loop(2.0 * _pixels * _channels, 0.2 + 0.02 * op.Size);

    /// <inheritdoc/>
    public override void Run(in KernelArguments arguments)
    {
        fixed (float* from = arguments.Input(0), to = arguments.Output(0))
        fixed (byte* scratch = arguments.Scratch)
        {
            float* squares = (float*)scratch;
            if (cpu.HasVector512 && _channels >= 16)
                Run<Ops512, Floats16>(from, to, squares, arguments.Pool);
            else if (cpu.HasAvx2 && _channels >= 8)
                Run<Ops256, Floats8>(from, to, squares, arguments.Pool);
            else if (cpu.HasVector128 && _channels >= 4)
                Run<Ops128, Vector128<float>>(from, to, squares, arguments.Pool);
            else
                Run<OpsScalar, float>(from, to, squares, arguments.Pool);
        }
    }

    private void Run<TOps, TVector>(float* from, float* to, float* squares, WorkerPool pool) where TOps : struct, IVectorOps<TVector> where TVector : unmanaged
    {
        int perSlice = Math.Max(1, SliceFloats / _channels);
        pool.Run((_pixels + perSlice - 1) / perSlice, new Job<TOps, TVector> { Norm = this, X = from, Y = to, Squares = squares, PixelsPerSlice = perSlice });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Pixels<TOps, TVector>(float* from, float* to, float* squares, int count) where TOps : struct, IVectorOps<TVector> where TVector : unmanaged
    {
        TOps.Require();
        new Span<float>(squares, _stride).Clear();
        int channels = _channels, size = op.Size, lanes = TOps.Lanes;
        float beta = op.Beta;
        TVector factor = TOps.Create(op.Alpha / op.Size), bias = TOps.Create(op.Bias);
        bool byRoots = beta is 0.5f or 0.75f or 1;
        for (; count > 0; count--, from += channels, to += channels)
        {
            for (int c = 0; c < channels; c += lanes)
            {
                int at = Math.Min(c, channels - lanes);
                TVector value = TOps.Load(from + at);
                TOps.Store(squares + _before + at, TOps.Multiply(value, value));
            }
            for (int c = 0; c < channels; c += lanes)
            {
                int at = Math.Min(c, channels - lanes);
                TVector sum = TOps.Load(squares + at);
                for (int i = 1; i < size; i++)
                    sum = TOps.Add(sum, TOps.Load(squares + at + i));
                TVector d = TOps.MultiplyAdd(sum, factor, bias);
                TOps.Store(to + at, byRoots ? TOps.Divide(TOps.Load(from + at), Root<TOps, TVector>(d, beta)) : d);
            }
            for (int c = 0; c < channels && !byRoots; c++)
                to[c] = from[c] * MathF.Pow(to[c], -beta);
        }
    }

    // d^beta
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Root<TOps, TVector>(TVector d, float beta) where TOps : struct, IVectorOps<TVector> where TVector : unmanaged
    {
        if (beta == 1)
            return d;
        TVector root = TOps.Sqrt(d);
        return beta == 0.5f ? root : TOps.Multiply(root, TOps.Sqrt(root));
    }

    private struct Job<TOps, TVector> : ISliceJob where TOps : struct, IVectorOps<TVector> where TVector : unmanaged
    {
        public PixelNorm Norm;
        public float* X;
        public float* Y;
        public float* Squares;
        public int PixelsPerSlice;

        public readonly void Execute(int slice, int worker)
        {
            int first = slice * PixelsPerSlice, count = Math.Min(PixelsPerSlice, Norm._pixels - first);
            nint at = (nint)first * Norm._channels;
            Norm.Pixels<TOps, TVector>(X + at, Y + at, Squares + (nint)worker * Norm._stride, count);
        }
    }
}
