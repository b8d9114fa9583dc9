using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Pare.Kernels.Products;
using Pare.Threading;

namespace Pare.Kernels.Normalization;

/// <summary>Normalization of rows by their own statistics: layer, instance and group normalization, and the gradient that they share.</summary>
/// <remarks>Rows are summed in 64 fixed lanes: the same bits at any thread count. Variance is the mean square of deviations (two passes).</remarks>
internal static unsafe class RowNorm
{
    private const int SliceFloats = 1 << 13;

    /// <summary>Arguments of both directions. A row is cut into runs that share one scale and bias, or has one of each for every number.</summary>
    internal struct Operands
    {
        public int Rows;
        public int Length;
        public float Epsilon;

        /// <summary>Numbers that share a scale; 0: each number of a row has its own, the same for all rows.</summary>
        public int Run;

        /// <summary>Where <see cref="Run"/> is over 0: how many scales there are; rows go round through them.</summary>
        public int Scales;

        /// <summary>[Rows, Length].</summary>
        public float* X;

        /// <summary>[Rows, Length]; backward only: dh.</summary>
        public float* Dh;

        /// <summary>Scales; forward only.</summary>
        public float* Scale;

        /// <summary>Biases or null; forward only.</summary>
        public float* Bias;

        /// <summary>[Rows, Length]: y forward, dx backward.</summary>
        public float* Y;

        /// <summary>[Rows, Length]: the normalized numbers; backward only.</summary>
        public float* H;
    }

    /// <summary>y = (x - mean) / sqrt(variance + epsilon) * scale + bias.</summary>
    public static void Forward(in Operands operands, WorkerPool pool) => Run(operands, backward: false, pool);

    /// <summary>h and dx = (dh - mean(dh) - h mean(dh h)) / sqrt(variance + epsilon).</summary>
    public static void Backward(in Operands operands, WorkerPool pool) => Run(operands, backward: true, pool);

    private static void Run(in Operands o, bool backward, WorkerPool pool)
    {
        int perSlice = Math.Max(1, SliceFloats / o.Length);
        pool.Run((o.Rows + perSlice - 1) / perSlice, new Job { Operands = o, RowsPerSlice = perSlice, IsBackward = backward });
    }

    private static (float Mean, float Inverse) Statistics(float* x, int length, float epsilon)
    {
        float mean = (float)((double)Lanes.Sum(x, length) / length);
        double variance = (double)Lanes.SquaredDeviations(x, mean, length) / length;
        return (mean, (float)(1 / Math.Sqrt(variance + epsilon)));
    }

    private static void ForwardRow(in Operands o, int row)
    {
        float* x = o.X + (nint)row * o.Length;
        float* y = o.Y + (nint)row * o.Length;
        (float mean, float inverse) = Statistics(x, o.Length, o.Epsilon);
        if (o.Run == 0)
        {
            Own(x, mean, inverse, o.Scale, o.Bias, y, o.Length);
            return;
        }
        int runs = o.Length / o.Run;
        for (int i = 0; i < runs; i++)
        {
            int c = (int)(((long)row * runs + i) % o.Scales);
            Affine(x + i * o.Run, mean, inverse * o.Scale[c], o.Bias is null ? 0 : o.Bias[c], y + i * o.Run, o.Run);
        }
    }

    private static void BackwardRow(in Operands o, int row)
    {
        nint start = (nint)row * o.Length;
        (float mean, float inverse) = Statistics(o.X + start, o.Length, o.Epsilon);
        Affine(o.X + start, mean, inverse, 0, o.H + start, o.Length);
        float sum = (float)((double)Lanes.Sum(o.Dh + start, o.Length) / o.Length), product = (float)((double)Lanes.Dot(o.Dh + start, o.H + start, o.Length) / o.Length);
        Combine(o.Dh + start, o.H + start, sum, product, inverse, o.Y + start, o.Length);
    }

    // y[i] = (x[i] - mean) * factor + shift
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Affine(float* x, float mean, float factor, float shift, float* y, int count)
    {
        Vector256<float> means = Vector256.Create(mean), factors = Vector256.Create(factor), shifts = Vector256.Create(shift);
        int i = 0;
        for (; i + 8 <= count; i += 8)
            Vector256.MultiplyAddEstimate(Vector256.Load(x + i) - means, factors, shifts).Store(y + i);
        for (; i < count; i++)
            y[i] = float.MultiplyAddEstimate(x[i] - mean, factor, shift);
    }

    // y[i] = (x[i] - mean) * inverse * scale[i] + bias[i]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Own(float* x, float mean, float inverse, float* scale, float* bias, float* y, int count)
    {
        Vector256<float> means = Vector256.Create(mean), inverses = Vector256.Create(inverse);
        int i = 0;
        for (; i + 8 <= count; i += 8)
        {
            Vector256<float> shift = bias is null ? default : Vector256.Load(bias + i);
            Vector256.MultiplyAddEstimate((Vector256.Load(x + i) - means) * inverses, Vector256.Load(scale + i), shift).Store(y + i);
        }
        for (; i < count; i++)
            y[i] = float.MultiplyAddEstimate((x[i] - mean) * inverse, scale[i], bias is null ? 0 : bias[i]);
    }

    // dx[i] = (dh[i] - sum - h[i] product) * inverse
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Combine(float* dh, float* h, float sum, float product, float inverse, float* dx, int count)
    {
        Vector256<float> sums = Vector256.Create(sum), products = Vector256.Create(-product), inverses = Vector256.Create(inverse);
        int i = 0;
        for (; i + 8 <= count; i += 8)
            (Vector256.MultiplyAddEstimate(Vector256.Load(h + i), products, Vector256.Load(dh + i) - sums) * inverses).Store(dx + i);
        for (; i < count; i++)
            dx[i] = float.MultiplyAddEstimate(h[i], -product, dh[i] - sum) * inverse;
    }

    private struct Job : ISliceJob
    {
        public Operands Operands;
        public int RowsPerSlice;
        public bool IsBackward;

        public readonly void Execute(int slice, int worker)
        {
            for (int row = slice * RowsPerSlice; row < Math.Min(Operands.Rows, (slice + 1) * RowsPerSlice); row++)
            {
                if (IsBackward)
                    BackwardRow(Operands, row);
                else
                    ForwardRow(Operands, row);
            }
        }
    }
}
