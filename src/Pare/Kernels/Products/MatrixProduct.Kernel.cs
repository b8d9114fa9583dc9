using Pare.Threading;

namespace Pare.Kernels.Products;

/// <summary>The product around one micro-kernel.</summary>
/// <remarks>
/// Slices are blocks of C, about 288 x 288. In a slice: for each block of k, for each column panel: pack it (it then sits in the first-level
/// cache), and sweep the row panels of the block, which sit in the second-level cache.
/// </remarks>
internal static unsafe class MatrixProduct<TKernel> where TKernel : struct, IMicroKernel
{
    private const int BlockRows = 288;
    private const int BlockColumns = 288;
    private const int EnoughSlices = 8;
    private const long LeastSliceWork = 1 << 17;   // multiply-adds; less is not worth waking a thread
    private const long ParallelPacking = 1 << 16;

    /// <summary>Bytes of scratch; see <see cref="MatrixProduct.ScratchBytes"/>.</summary>
    public static long ScratchBytes(int m, int n, int k, int threads, bool packedA)
    {
        _ = n;
        return Scratch.Bytes(packedA ? 0 : MatrixProduct.PackedAFloats(m, k)) + Scratch.Bytes((long)m * TKernel.Columns)
            + threads * Scratch.Bytes(WorkerFloats(k));
    }

    /// <summary>Computes the product.</summary>
    public static void Run(in Product p, WorkerPool pool, byte* scratch)
    {
        Scratch pieces = new(scratch);
        RowPanels panels = new(p.M, TKernel.MaxRows);
        float* packed = p.PackedA != null ? p.PackedA : pieces.Take(MatrixProduct.PackedAFloats(p.M, p.K));
        float* biasTiles = p.RowBias == null ? null : pieces.Take((long)p.M * TKernel.Columns);
        if (p.PackedA == null)
            PackA(p, panels, packed, pool);
        if (biasTiles != null)
            Sweep.SpreadRowBias<TKernel>(p.RowBias, p.M, biasTiles);
        MultiplyJob job = new()
        {
            Product = p,
            Sweep = new Sweep
            {
                Panels = panels,
                Depth = p.K,
                PackedA = packed,
                C = p.C,
                CStride = p.CStride,
                Accumulate = p.Accumulate,
                RowBiasTiles = biasTiles,
                ColumnBias = p.ColumnBias,
                Clip = p.Clip,
                Low = p.Low,
                High = p.High,
            },
            BlockDepth = Blocks.Even(p.K, Blocks.MaxDepth, 4),
        };
        Cut(p, panels.Count, out job.RowBlocks, out job.ColumnBlocks);
        job.WorkerFloats = WorkerFloats(p.K);
        job.WorkerScratch = pieces.Take(1);
        pool.Run(job.RowBlocks * job.ColumnBlocks, job);
    }

    private static void PackA(in Product p, RowPanels panels, float* packed, WorkerPool pool)
    {
        PackJob job = new() { Product = p, Panels = panels, Destination = packed };
        if ((long)p.M * p.K >= ParallelPacking)
        {
            pool.Run(panels.Count, job);
            return;
        }
        for (int i = 0; i < panels.Count; i++)
            job.Execute(i, 0);
    }

    private static long WorkerFloats(int k) =>
        ((long)Blocks.Even(k, Blocks.MaxDepth, 4) * TKernel.Columns + Sweep.EdgeFloats<TKernel>() + Blocks.Slack + 15) & ~15L;

    private static void Cut(in Product p, int rowPanels, out int rowBlocks, out int columnBlocks)
    {
        int columnPanels = Blocks.CeilDiv(p.N, TKernel.Columns);
        rowBlocks = Blocks.CeilDiv(p.M, BlockRows);
        columnBlocks = Blocks.CeilDiv(p.N, BlockColumns);
        long work = (long)p.M * p.N * Math.Max(1, p.K);
        int wanted = (int)Math.Min(EnoughSlices, work / LeastSliceWork);
        if (rowBlocks * columnBlocks < wanted)
            columnBlocks = Math.Min(columnPanels, Blocks.CeilDiv(wanted, rowBlocks));
        if (rowBlocks * columnBlocks < wanted)
            rowBlocks = Math.Min(rowPanels, Blocks.CeilDiv(wanted, columnBlocks));
        rowBlocks = Math.Min(rowBlocks, rowPanels);
        columnBlocks = Math.Min(columnBlocks, columnPanels);
    }

    private struct PackJob : ISliceJob
    {
        public Product Product;
        public RowPanels Panels;
        public float* Destination;

        public readonly void Execute(int slice, int worker) =>
            MatrixProduct.PackRowPanel(Product, Panels, slice, Destination);
    }

    private struct MultiplyJob : ISliceJob
    {
        public Product Product;
        public Sweep Sweep;
        public int BlockDepth;
        public int RowBlocks;
        public int ColumnBlocks;
        public float* WorkerScratch;
        public long WorkerFloats;

        public readonly void Execute(int slice, int worker)
        {
            (int rowBlock, int columnBlock) = (slice % RowBlocks, slice / RowBlocks);
            int firstRow = (int)((long)Sweep.Panels.Count * rowBlock / RowBlocks);
            int endRow = (int)((long)Sweep.Panels.Count * (rowBlock + 1) / RowBlocks);
            int columnPanels = Blocks.CeilDiv(Product.N, TKernel.Columns);
            int first = (int)((long)columnPanels * columnBlock / ColumnBlocks);
            int end = (int)((long)columnPanels * (columnBlock + 1) / ColumnBlocks);
            float* panel = WorkerScratch + worker * WorkerFloats;
            float* edge = panel + (nint)BlockDepth * TKernel.Columns + Blocks.Slack;
            for (int k = 0; k == 0 || k < Product.K; k += BlockDepth)
            {
                int depth = Math.Min(BlockDepth, Product.K - k);
                for (int j = first; j < end; j++)
                {
                    int column = j * TKernel.Columns;
                    int valid = Math.Min(TKernel.Columns, Product.N - column);
                    Sweep.Run<TKernel>(firstRow, endRow, k, depth, Panel(k, depth, column, valid, panel), column, valid, edge);
                }
            }
        }

        private readonly float* Panel(int k, int depth, int column, int valid, float* panel)
        {
            if (Product.PackedB != null)
                return Product.PackedB + (nint)column * Product.K + (nint)k * TKernel.Columns;
            if (Product.Columns is { } source)
            {
                source.Columns(k, depth, column, panel);
                return panel;
            }
            float* b = Product.B + (Product.TransposeB ? column * Product.BStride + k : k * Product.BStride + column);
            Packing.Columns(b, Product.BStride, Product.TransposeB, depth, valid, TKernel.Columns, panel);
            return panel;
        }
    }
}
