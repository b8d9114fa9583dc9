using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Pare.Kernels.Products;
using Pare.Threading;

namespace Pare.Kernels.Normalization;

/// <summary>Batch normalization in training: statistics of the batch, forward and backward. One slice per channel; x [Batch, Channels, Inner].</summary>
/// <remarks>
/// Rows of a channel are summed in 64 fixed lanes, row sums are added in double in order: the same bits at any thread count and level.
/// Variance is the mean square of deviations from the mean (two passes), divided by the count (biased), as ONNX normalizes.
/// </remarks>
internal static unsafe class BatchNorm
{
    /// <summary>Arguments of both directions.</summary>
    internal struct Operands
    {
        public int Batch;
        public int Channels;
        public int Inner;
        public float Epsilon;

        /// <summary>[Batch, Channels, Inner].</summary>
        public float* X;

        /// <summary>[Channels].</summary>
        public float* Scale;

        /// <summary>[Channels]; forward only.</summary>
        public float* Shift;

        /// <summary>[Channels]: written forward, read backward.</summary>
        public float* Mean;

        /// <summary>[Channels]: 1 / sqrt(variance + epsilon); written forward, read backward.</summary>
        public float* Inverse;

        /// <summary>[Channels], biased; forward only.</summary>
        public float* Variance;

        /// <summary>Backward only: mean and variance are stored numbers, not functions of x.</summary>
        public bool Stored;

        /// <summary>[Batch, Channels, Inner]: y forward, dy backward.</summary>
        public float* Y;

        /// <summary>[Batch, Channels, Inner]; backward only.</summary>
        public float* Dx;

        /// <summary>[Channels]; backward only.</summary>
        public float* DScale;

        /// <summary>[Channels]; backward only.</summary>
        public float* DShift;
    }

    /// <summary>Mean, variance and y = (x - mean) / sqrt(variance + epsilon) * scale + shift.</summary>
    public static void Forward(in Operands operands, WorkerPool pool) =>
        pool.Run(operands.Channels, SliceWork.Floats(4.0 * operands.Batch * operands.Inner), new ForwardJob { Operands = operands });

    /// <summary>dx, dscale and dshift.</summary>
    public static void Backward(in Operands operands, WorkerPool pool) =>
        pool.Run(operands.Channels, SliceWork.Floats(5.0 * operands.Batch * operands.Inner), new BackwardJob { Operands = operands });

    // to[i] = from[i] * scale + (x[i] * factor + shift)
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Combine(float* from, float scale, float* x, float factor, float shift, float* to, int count)
    {
        Vector256<float> scales = Vector256.Create(scale), factors = Vector256.Create(factor), shifts = Vector256.Create(shift);
        int i = 0;
        for (; i + 8 <= count; i += 8)
        {
            Vector256<float> rest = Vector256.MultiplyAddEstimate(Vector256.Load(x + i), factors, shifts);
            Vector256.MultiplyAddEstimate(Vector256.Load(from + i), scales, rest).Store(to + i);
        }
        for (; i < count; i++)
            to[i] = float.MultiplyAddEstimate(from[i], scale, float.MultiplyAddEstimate(x[i], factor, shift));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Affine(float* x, float factor, float shift, float* to, int count)
    {
        Vector256<float> factors = Vector256.Create(factor), shifts = Vector256.Create(shift);
        int i = 0;
        for (; i + 8 <= count; i += 8)
            Vector256.MultiplyAddEstimate(Vector256.Load(x + i), factors, shifts).Store(to + i);
        for (; i < count; i++)
            to[i] = float.MultiplyAddEstimate(x[i], factor, shift);
    }

    private struct ForwardJob : ISliceJob
    {
        public Operands Operands;

        public readonly void Execute(int slice, int worker)
        {
            Operands o = Operands;
            nint step = (nint)o.Channels * o.Inner, start = (nint)slice * o.Inner;
            double count = (double)o.Batch * o.Inner, sum = 0, squares = 0;
            for (int n = 0; n < o.Batch; n++)
                sum += Lanes.Sum(o.X + n * step + start, o.Inner);
            float mean = (float)(sum / count);
            for (int n = 0; n < o.Batch; n++)
                squares += Lanes.SquaredDeviations(o.X + n * step + start, mean, o.Inner);
            float variance = (float)(squares / count);
            double inverse = 1 / Math.Sqrt((double)variance + o.Epsilon);
            (o.Mean[slice], o.Variance[slice], o.Inverse[slice]) = (mean, variance, (float)inverse);
            float factor = (float)(o.Scale[slice] * inverse);
            float shift = o.Shift[slice] - mean * factor;
            for (int n = 0; n < o.Batch; n++)
                Affine(o.X + n * step + start, factor, shift, o.Y + n * step + start, o.Inner);
        }
    }

    private struct BackwardJob : ISliceJob
    {
        public Operands Operands;

        // With r = 1 / sqrt(variance + epsilon), h = (x - mean) r: dshift = sum dy; dscale = sum dy h;
        // dx = scale r (dy - dshift / n - h dscale / n), or scale r dy where the statistics are stored.
        public readonly void Execute(int slice, int worker)
        {
            Operands o = Operands;
            nint step = (nint)o.Channels * o.Inner, start = (nint)slice * o.Inner;
            double count = (double)o.Batch * o.Inner, sum = 0, products = 0;
            for (int n = 0; n < o.Batch; n++)
            {
                sum += Lanes.Sum(o.Y + n * step + start, o.Inner);
                products += Lanes.CenteredDot(o.X + n * step + start, o.Mean[slice], o.Y + n * step + start, o.Inner);
            }
            double r = o.Inverse[slice], dscale = products * r;
            (o.DShift[slice], o.DScale[slice]) = ((float)sum, (float)dscale);
            double a = o.Scale[slice] * r;
            if (o.Stored)
            {
                for (int n = 0; n < o.Batch; n++)
                    Affine(o.Y + n * step + start, (float)a, 0, o.Dx + n * step + start, o.Inner);
                return;
            }
            double b = -a * r * dscale / count, c = -a * sum / count - b * o.Mean[slice];
            for (int n = 0; n < o.Batch; n++)
                Combine(o.Y + n * step + start, (float)a, o.X + n * step + start, (float)b, (float)c, o.Dx + n * step + start, o.Inner);
        }
    }
}
