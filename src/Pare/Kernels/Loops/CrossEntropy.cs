using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Pare.Kernels.Products;
using Pare.Operators;
using Pare.Threading;

namespace Pare.Kernels.Loops;

/// <summary>Cross-entropy of softmax rows and its gradient: exponentials in vectors, sums over a row in double. Portable vectors.</summary>
internal static unsafe class CrossEntropy
{
    private const int SliceFloats = 1 << 12;

    /// <summary>losses[n] = log sum exp(x[n]) - sum of t x[n], t the targets of <see cref="SoftmaxCrossEntropy"/>.</summary>
    /// <exception cref="DataException">A label is no class.</exception>
    public static void Forward(float* x, Tensor labels, double* losses, int rows, int classes, double smoothing, WorkerPool pool) =>
        Run(new Job { X = x, Labels = labels, Losses = losses, Rows = rows, Classes = classes, Smoothing = smoothing }, pool);

    /// <summary>dx[n] = factor (softmax(x[n]) - t).</summary>
    /// <exception cref="DataException">A label is no class.</exception>
    public static void Backward(float* x, Tensor labels, float* dx, int rows, int classes, double smoothing, double factor, WorkerPool pool) =>
        Run(new Job { X = x, Labels = labels, Dx = dx, Rows = rows, Classes = classes, Smoothing = smoothing, Factor = factor }, pool);

    private static void Run(Job job, WorkerPool pool)
    {
        job.RowsPerSlice = Math.Max(1, SliceFloats / job.Classes);
        pool.Run((job.Rows + job.RowsPerSlice - 1) / job.RowsPerSlice, job);
    }

    // The sum of exp(x - most) over a row, eight lanes in double; y takes the exponentials where it is given.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Sum(float* x, int count, float most, float* y)
    {
        Vector256<double> low = default, high = default;
        int i = 0;
        for (; i + 8 <= count; i += 8)
        {
            Vector256<float> e = Exponentials.Exp(Vector256.Load(x + i) - Vector256.Create(most));
            (Vector256<double> first, Vector256<double> second) = Vector256.Widen(e);
            low += first;
            high += second;
            if (y != null)
                e.Store(y + i);
        }
        double sum = Vector256.Sum(low + high);
        for (; i < count; i++)
        {
            float e = MathF.Exp(x[i] - most);
            sum += e;
            if (y != null)
                y[i] = e;
        }
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Largest(float* x, int count)
    {
        float largest = float.NegativeInfinity;
        int i = 0;
        if (count >= 8)
        {
            Vector256<float> most = Vector256.Load(x);
            for (i = 8; i + 8 <= count; i += 8)
                most = Vector256.Max(most, Vector256.Load(x + i));
            for (int lane = 0; lane < 8; lane++)
                largest = MathF.Max(largest, most[lane]);
        }
        for (; i < count; i++)
            largest = MathF.Max(largest, x[i]);
        return largest;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scale(float* y, int count, float factor, float shift)
    {
        int i = 0;
        for (; i + 8 <= count; i += 8)
            Vector256.MultiplyAddEstimate(Vector256.Load(y + i), Vector256.Create(factor), Vector256.Create(shift)).Store(y + i);
        for (; i < count; i++)
            y[i] = float.MultiplyAddEstimate(y[i], factor, shift);
    }

    private struct Job : ISliceJob
    {
        public float* X;
        public Tensor Labels;
        public double* Losses;
        public float* Dx;
        public int Rows;
        public int Classes;
        public int RowsPerSlice;
        public double Smoothing;
        public double Factor;

        public readonly void Execute(int slice, int worker)
        {
            for (int n = slice * RowsPerSlice; n < Math.Min(Rows, (slice + 1) * RowsPerSlice); n++)
            {
                int label = SoftmaxCrossEntropy.Label(Labels, n, Classes);
                float* x = X + (nint)n * Classes;
                float most = Largest(x, Classes);
                if (Dx != null)
                {
                    float* dx = Dx + (nint)n * Classes;
                    double sum = Sum(x, Classes, most, dx);
                    Scale(dx, Classes, (float)(Factor / sum), (float)(-Factor * Smoothing / Classes));
                    dx[label] = (float)(Factor * (Math.Exp((double)x[label] - most) / sum - (1 - Smoothing) - Smoothing / Classes));
                    continue;
                }
                double log = most + Math.Log(Sum(x, Classes, most, null));
                Losses[n] = log - (1 - Smoothing) * x[label] - (Smoothing == 0 ? 0 : Smoothing / Classes * Lanes.Sum(x, Classes));
            }
        }
    }
}
