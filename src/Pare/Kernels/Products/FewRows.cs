using System.Runtime.Intrinsics;
using Pare.Kernels.Vectors;
using Pare.Threading;

namespace Pare.Kernels.Products;

/// <summary>Up to eight rows times packed columns, as fully connected layers have at small batches: bound by reading the columns, each once.</summary>
/// <remarks>
/// Several column panels are read side by side, over all of k: enough sums in flight to hide the latency of additions, and long streams for the
/// memory. Each number is the chain over ascending k of <see cref="Tile"/>, so the bits are those of <see cref="MatrixProduct{TKernel}"/>.
/// </remarks>
internal static unsafe class FewRows
{
    private const int MostRows = 8;
    private const int MostRowsOfFewRegisters = 6;
    private const int MostSlices = 64;

    /// <summary>Whether this path takes the product: rows as they lie, columns packed, vector instructions.</summary>
    public static bool Fits(in Product p, CpuFeatures cpu) =>
        p.PackedB != null && p.A != null && cpu.HasVector128 && p.M <= RowsOf(cpu) && (!p.TransposeA || (p.M == 1 && p.AStride == 1));

    /// <summary>Most rows on a processor.</summary>
    public static int RowsOf(CpuFeatures cpu) => cpu.HasVector512 ? MostRows : MostRowsOfFewRegisters;

    /// <summary>Computes a product that <see cref="Fits"/>.</summary>
    public static void Run(in Product p, CpuFeatures cpu, WorkerPool pool)
    {
        if (cpu.HasVector512)
            Run<Ops512, Floats16>(p, pool);
        else if (cpu.HasAvx2)
            Run<Ops256, Floats8>(p, pool);
        else
            Run<Ops128, Vector128<float>>(p, pool);
    }

    // Sums of all rows and panels must stay in registers.
    private static int PanelsAtOnce<TOps, TVector>(int rows) where TOps : struct, IVectorOps<TVector> where TVector : unmanaged =>
        (rows, TOps.ManyRegisters) switch
        {
            (1, _) or ( <= 3, true) => 4,
            ( <= 3, _) or ( <= 6, true) => 2,
            _ => 1,
        };

    private static void Run<TOps, TVector>(in Product p, WorkerPool pool) where TOps : struct, IVectorOps<TVector> where TVector : unmanaged
    {
        int columns = 2 * TOps.Lanes, group = PanelsAtOnce<TOps, TVector>(p.M) * columns;
        Job<TOps, TVector> job = new() { Product = p, Group = group, Groups = Blocks.CeilDiv(p.N, group) };
        double work = Math.Max(SliceWork.Floats((double)p.N * p.K), SliceWork.MultiplyAdds((double)p.M * p.N * p.K));
        job.Slices = SliceWork.Count(work, Math.Min(MostSlices, job.Groups));
        pool.Run(job.Slices, job);
    }

    private struct Job<TOps, TVector> : ISliceJob where TOps : struct, IVectorOps<TVector> where TVector : unmanaged
    {
        public Product Product;
        public int Group;
        public int Groups;
        public int Slices;

        public readonly void Execute(int slice, int worker)
        {
            int end = (int)((long)Groups * (slice + 1) / Slices);
            for (int g = (int)((long)Groups * slice / Slices); g < end; g++)
                Columns(g * Group, Math.Min(Group, Product.N - g * Group));
        }

        // What is not a whole number of panels, and sums that do not start from one row, go through a tile on the stack.
        private readonly void Columns(int first, int valid)
        {
            int panel = 2 * TOps.Lanes, panels = Blocks.CeilDiv(valid, panel), width = panels * panel;
            float* tile = stackalloc float[MostRows * Group];
            float* c = Product.C + first;
            RowStream stream = new()
            {
                Depth = Product.K,
                A = Product.A,
                AStride = Product.TransposeA ? 0 : Product.AStride,
                B = Product.PackedB + (nint)first * Product.K,
                PanelStride = (nint)panel * Product.K,
                C = tile,
                CStride = Group,
                Start = tile,
                StartStride = Group,
                Clip = Product.Clip,
                Low = Product.Low,
                High = Product.High,
            };
            bool whole = valid == width;
            if (whole)
            {
                stream.C = c;
                stream.CStride = Product.CStride;
            }
            if (Product.Accumulate && whole)
            {
                stream.Start = c;
                stream.StartStride = Product.CStride;
            }
            else if (Product.ColumnBias != null && whole)
            {
                stream.Start = Product.ColumnBias + first;
                stream.StartStride = 0;
            }
            else
            {
                Begin(tile, c, first, valid);
            }
            RowStreamCode<TOps, TVector>.Run(Product.M, panels, stream);
            for (int r = 0; r < Product.M && !whole; r++)
                new Span<float>(tile + r * Group, valid).CopyTo(new Span<float>(c + r * Product.CStride, valid));
        }

        private readonly void Begin(float* tile, float* c, int first, int valid)
        {
            for (int r = 0; r < Product.M; r++)
            {
                Span<float> row = new(tile + r * Group, Group);
                row.Fill(Product.RowBias == null ? 0 : Product.RowBias[r]);
                if (Product.Accumulate)
                    new Span<float>(c + r * Product.CStride, valid).CopyTo(row);
                else if (Product.ColumnBias != null)
                    new Span<float>(Product.ColumnBias + first, valid).CopyTo(row);
            }
        }
    }
}
