using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Pare.Threading;

namespace Pare.Kernels.Normalization;

/// <summary>Local response normalization over channels, forward and backward; x [Batch, Channels, Inner]. A slice is up to 128 positions of one picture, all channels.</summary>
/// <remarks>
/// Lanes are positions, so they never meet; the tail of a row runs in the scalar form. The power is taken by square roots for exponents
/// 0.5, 0.75 and 1, else by logarithm and exponential: at most 1e-6 of the value from the definition.
/// </remarks>
internal static unsafe class ChannelNorm
{
    private const int Block = 128;

    /// <summary>Arguments of both directions.</summary>
    internal struct Operands
    {
        public int Batch;
        public int Channels;
        public int Inner;

        /// <summary>How many channels a window covers.</summary>
        public int Size;

        /// <summary>alpha / size.</summary>
        public float Factor;

        public float Bias;
        public float Beta;

        /// <summary>[Batch, Channels, Inner].</summary>
        public float* X;

        /// <summary>[Batch, Channels, Inner]; backward only.</summary>
        public float* Dy;

        /// <summary>[Batch, Channels, Inner]: y forward, dx backward.</summary>
        public float* Y;

        /// <summary>[workers, Channels, 128]; backward only.</summary>
        public float* Shares;
    }

    /// <summary>Bytes of scratch of the backward direction.</summary>
    public static long ScratchBytes(int channels, int threads) => (long)threads * channels * Block * sizeof(float);

    /// <summary>y[c] = x[c] d[c]^-beta, d[c] = bias + factor * the sum of squares over the window of c.</summary>
    public static void Forward(in Operands operands, WorkerPool pool) => pool.Run(Slices(operands), Nanoseconds(operands), new Job { Operands = operands });

    /// <summary>dx[i] = dy[i] d[i]^-beta - 2 factor beta x[i] * the sum of dy[c] x[c] d[c]^(-beta - 1) over the c whose window holds i.</summary>
    public static void Backward(in Operands operands, WorkerPool pool) =>
        pool.Run(Slices(operands), Nanoseconds(operands), new Job { Operands = operands, IsBackward = true });

    // Powers of each number, beside sums.
    private static double Nanoseconds(in Operands o) => SliceWork.Floats(8.0 * o.Channels * Math.Min(Block, o.Inner));

    private static int Slices(in Operands o) => o.Batch * ((o.Inner + Block - 1) / Block);

    // d^-beta
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Power(Vector256<float> d, float beta) => beta switch
    {
        0.75f => Vector256<float>.One / (Vector256.Sqrt(d) * Vector256.Sqrt(Vector256.Sqrt(d))),
        0.5f => Vector256<float>.One / Vector256.Sqrt(d),
        1 => Vector256<float>.One / d,
        _ => Vector256.Exp(Vector256.Log(d) * -beta),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Power(float d, float beta) => beta switch
    {
        0.75f => 1 / (MathF.Sqrt(d) * MathF.Sqrt(MathF.Sqrt(d))),
        0.5f => 1 / MathF.Sqrt(d),
        1 => 1 / d,
        _ => MathF.Pow(d, -beta),
    };

    // y = x d^-beta for one channel's positions; (first, last) are the channels of its window, relative to it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ForwardRow(in Operands o, float* x, int first, int last, float* y, int count)
    {
        nint step = o.Inner;
        int i = 0;
        for (; i + 8 <= count; i += 8)
        {
            Vector256<float> squares = default;
            for (int c = first; c <= last; c++)
            {
                Vector256<float> value = Vector256.Load(x + c * step + i);
                squares = Vector256.MultiplyAddEstimate(value, value, squares);
            }
            Vector256<float> d = Vector256.MultiplyAddEstimate(squares, Vector256.Create(o.Factor), Vector256.Create(o.Bias));
            (Vector256.Load(x + i) * Power(d, o.Beta)).Store(y + i);
        }
        for (; i < count; i++)
            y[i] = x[i] * Power(Divisor(o, x + i, first, last), o.Beta);
    }

    // dx = dy d^-beta, shares = dy x d^(-beta - 1)
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ShareRow(in Operands o, float* x, float* dy, int first, int last, float* dx, float* shares, int count)
    {
        nint step = o.Inner;
        int i = 0;
        for (; i + 8 <= count; i += 8)
        {
            Vector256<float> squares = default;
            for (int c = first; c <= last; c++)
            {
                Vector256<float> value = Vector256.Load(x + c * step + i);
                squares = Vector256.MultiplyAddEstimate(value, value, squares);
            }
            Vector256<float> d = Vector256.MultiplyAddEstimate(squares, Vector256.Create(o.Factor), Vector256.Create(o.Bias));
            Vector256<float> direct = Vector256.Load(dy + i) * Power(d, o.Beta);
            direct.Store(dx + i);
            (direct * Vector256.Load(x + i) / d).Store(shares + i);
        }
        for (; i < count; i++)
        {
            float d = Divisor(o, x + i, first, last);
            dx[i] = dy[i] * Power(d, o.Beta);
            shares[i] = dx[i] * x[i] / d;
        }
    }

    // dx -= factor x * the sum of the shares of channels (first, last), relative to this one
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void GatherRow(float factor, float* x, float* shares, int first, int last, float* dx, int count)
    {
        int i = 0;
        for (; i + 8 <= count; i += 8)
        {
            Vector256<float> sum = default;
            for (int c = first; c <= last; c++)
                sum += Vector256.Load(shares + c * Block + i);
            (Vector256.Load(dx + i) - Vector256.Load(x + i) * sum * factor).Store(dx + i);
        }
        for (; i < count; i++)
        {
            float sum = 0;
            for (int c = first; c <= last; c++)
                sum += shares[c * Block + i];
            dx[i] -= x[i] * sum * factor;
        }
    }

    private static float Divisor(in Operands o, float* x, int first, int last)
    {
        float squares = 0;
        for (int c = first; c <= last; c++)
        {
            float value = x[c * (nint)o.Inner];
            squares = float.MultiplyAddEstimate(value, value, squares);
        }
        return float.MultiplyAddEstimate(squares, o.Factor, o.Bias);
    }

    private struct Job : ISliceJob
    {
        public Operands Operands;
        public bool IsBackward;

        public readonly void Execute(int slice, int worker)
        {
            Operands o = Operands;
            int blocks = (o.Inner + Block - 1) / Block, position = slice % blocks * Block, count = Math.Min(Block, o.Inner - position);
            nint start = (nint)(slice / blocks) * o.Channels * o.Inner + position;
            float* shares = o.Shares + (nint)worker * o.Channels * Block;
            int before = (o.Size - 1) / 2, after = o.Size / 2;
            for (int c = 0; c < o.Channels; c++)
            {
                nint row = start + (nint)c * o.Inner;
                int first = Math.Max(-before, -c), last = Math.Min(after, o.Channels - 1 - c);
                if (IsBackward)
                    ShareRow(o, o.X + row, o.Dy + row, first, last, o.Y + row, shares + c * Block, count);
                else
                    ForwardRow(o, o.X + row, first, last, o.Y + row, count);
            }
            for (int c = 0; IsBackward && c < o.Channels; c++)
            {
                nint row = start + (nint)c * o.Inner;
                GatherRow(2 * o.Factor * o.Beta, o.X + row, shares + c * Block, Math.Max(-after, -c), Math.Min(before, o.Channels - 1 - c), o.Y + row, count);
            }
        }
    }
}
