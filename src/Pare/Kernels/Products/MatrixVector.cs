using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Pare.Threading;

namespace Pare.Kernels.Products;

/// <summary>Products with a single row or a single column: bound by memory, so the matrix is read once, in order, unpacked.</summary>
/// <remarks>
/// Over a matrix whose rows run along k, each result is 64 partial sums (lane i takes k = i, i + 64, ...) folded by halves;
/// over one whose rows run along the outputs it is the chain over ascending k of <see cref="Tile"/>. Both follow from the shape alone.
/// </remarks>
internal static unsafe class MatrixVector
{
    private const int LaneCount = 64;
    private const long LeastSliceWork = 1 << 16;

    /// <summary>Whether this path takes the product: one row or column, nothing packed, the vector contiguous.</summary>
    public static bool Fits(in Product p)
    {
        if (p.PackedA != null || p.PackedB != null || p.Columns is not null)
            return false;
        return p.M == 1 ? !p.TransposeA || p.AStride == 1 : p.N == 1 && (p.TransposeB || p.BStride == 1);
    }

    /// <summary>Computes a product that <see cref="Fits"/>.</summary>
    public static void Run(in Product p, CpuFeatures cpu, WorkerPool pool)
    {
        bool row = p.M == 1;
        Job job = new()
        {
            Product = p,
            Matrix = row ? p.B : p.A,
            Stride = row ? p.BStride : p.AStride,
            Vector = row ? p.A : p.B,
            Outputs = row ? p.N : p.M,
            AlongK = row ? p.TransposeB : !p.TransposeA,
            ResultStride = row ? 1 : p.CStride,
            Bias = row ? p.ColumnBias : p.RowBias,
            SharedBias = row ? p.RowBias : p.ColumnBias,
            Scalar = !cpu.HasVector128,
        };
        job.Slices = (int)Math.Clamp((long)p.K * job.Outputs / LeastSliceWork, 1, Blocks.CeilDiv(job.Outputs, LaneCount));
        pool.Run(job.Slices, job);
    }

    private struct Job : ISliceJob
    {
        public Product Product;
        public float* Matrix;
        public nint Stride;
        public float* Vector;
        public int Outputs;
        public bool AlongK;
        public nint ResultStride;
        public float* Bias;
        public float* SharedBias;
        public int Slices;
        public bool Scalar;

        public readonly void Execute(int slice, int worker)
        {
            int blocks = Blocks.CeilDiv(Outputs, LaneCount);
            int first = (int)((long)blocks * slice / Slices) * LaneCount;
            int end = Math.Min(Outputs, (int)((long)blocks * (slice + 1) / Slices) * LaneCount);
            for (int n = first; n < end; n += LaneCount)
                Block(n, Math.Min(LaneCount, end - n));
        }

        private readonly void Block(int first, int count)
        {
            float* sums = stackalloc float[LaneCount];
            if (AlongK)
            {
                for (int n = 0; n < count; n++)
                {
                    float dot = Scalar ? Lanes.DotScalar(Matrix + (first + n) * Stride, Vector, Product.K)
                        : Lanes.Dot(Matrix + (first + n) * Stride, Vector, Product.K);
                    sums[n] = dot + Start(first + n);
                }
            }
            else
            {
                for (int n = 0; n < LaneCount; n++)
                    sums[n] = n < count ? Start(first + n) : 0;
                if (count < LaneCount || Scalar)
                    ChainScalar(Matrix + first, Stride, Vector, Product.K, sums, count);
                else
                    Chain(Matrix + first, Stride, Vector, Product.K, sums);
            }
            for (int n = 0; n < count; n++)
            {
                float sum = sums[n];
                if (Product.Clip)
                    sum = sum < Product.Low ? Product.Low : sum > Product.High ? Product.High : sum;
                Product.C[(first + n) * ResultStride] = sum;
            }
        }

        private readonly float Start(int n) =>
            Product.Accumulate ? Product.C[n * ResultStride] : Bias != null ? Bias[n] : SharedBias != null ? SharedBias[0] : 0;
    }

    // sums[0..64) += sum_k x[k] * rows[k, 0..64)
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Chain(float* rows, nint stride, float* x, int depth, float* sums)
    {
        Vector256<float> s0 = Vector256.Load(sums), s1 = Vector256.Load(sums + 8), s2 = Vector256.Load(sums + 16), s3 = Vector256.Load(sums + 24);
        Vector256<float> s4 = Vector256.Load(sums + 32), s5 = Vector256.Load(sums + 40), s6 = Vector256.Load(sums + 48), s7 = Vector256.Load(sums + 56);
        for (int k = 0; k < depth; k++, rows += stride)
        {
            Vector256<float> v = Vector256.Create(x[k]);
            s0 = Vector256.MultiplyAddEstimate(v, Vector256.Load(rows), s0);
            s1 = Vector256.MultiplyAddEstimate(v, Vector256.Load(rows + 8), s1);
            s2 = Vector256.MultiplyAddEstimate(v, Vector256.Load(rows + 16), s2);
            s3 = Vector256.MultiplyAddEstimate(v, Vector256.Load(rows + 24), s3);
            s4 = Vector256.MultiplyAddEstimate(v, Vector256.Load(rows + 32), s4);
            s5 = Vector256.MultiplyAddEstimate(v, Vector256.Load(rows + 40), s5);
            s6 = Vector256.MultiplyAddEstimate(v, Vector256.Load(rows + 48), s6);
            s7 = Vector256.MultiplyAddEstimate(v, Vector256.Load(rows + 56), s7);
        }
        s0.Store(sums);
        s1.Store(sums + 8);
        s2.Store(sums + 16);
        s3.Store(sums + 24);
        s4.Store(sums + 32);
        s5.Store(sums + 40);
        s6.Store(sums + 48);
        s7.Store(sums + 56);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ChainScalar(float* rows, nint stride, float* x, int depth, float* sums, int count)
    {
        for (int k = 0; k < depth; k++, rows += stride)
        {
            float v = x[k];
            for (int n = 0; n < count; n++)
                sums[n] = float.MultiplyAddEstimate(v, rows[n], sums[n]);
        }
    }
}
