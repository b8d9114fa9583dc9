using Pare.Threading;

namespace Pare.Kernels.Products;

/// <summary>fp32 matrix products: packing, blocking and threads around the micro-kernel of the instruction set.</summary>
/// <remarks>
/// Same bits at any thread count and at every level: each number of C is one chain of fused multiply-adds over ascending k.
/// (Except a vector times a transposed matrix that is not packed, see <see cref="MatrixVector"/>: fixed lanes, the same bits too.)
/// </remarks>
internal static unsafe class MatrixProduct
{
    /// <summary>Bytes that <see cref="Run"/> needs for any operands of this size; aligned to 64 is best.</summary>
    public static long ScratchBytes(int m, int n, int k, CpuFeatures cpu, int threads, bool packedA = false) =>
        cpu.HasVector512 ? MatrixProduct<MicroAvx512>.ScratchBytes(m, n, k, threads, packedA)
        : cpu.HasAvx2 ? MatrixProduct<MicroAvx2>.ScratchBytes(m, n, k, threads, packedA)
        : cpu.HasVector128 ? MatrixProduct<MicroVector128>.ScratchBytes(m, n, k, threads, packedA)
        : MatrixProduct<MicroScalar>.ScratchBytes(m, n, k, threads, packedA);

    /// <summary>Numbers of a packed A, slack included.</summary>
    public static long PackedAFloats(int m, int k) => (long)m * k + Blocks.Slack;

    /// <summary>Numbers of a packed B, slack included.</summary>
    public static long PackedBFloats(int n, int k, CpuFeatures cpu) => (long)Blocks.RoundUp(n, Columns(cpu)) * k + Blocks.Slack;

    /// <summary>The columns of a panel at that level.</summary>
    public static int Columns(CpuFeatures cpu) =>
        cpu.HasVector512 ? MicroAvx512.Columns : cpu.HasAvx2 ? MicroAvx2.Columns : cpu.HasVector128 ? MicroVector128.Columns : MicroScalar.Columns;

    /// <summary>The most rows of a panel at that level.</summary>
    public static int MaxRows(CpuFeatures cpu) =>
        cpu.HasVector512 ? MicroAvx512.MaxRows : cpu.HasAvx2 ? MicroAvx2.MaxRows : cpu.HasVector128 ? MicroVector128.MaxRows : MicroScalar.MaxRows;

    /// <summary>Packs A once for many products: src [M, K] -> dst [row panel][K][height].</summary>
    public static void PackA(in Product p, CpuFeatures cpu, float* dst)
    {
        RowPanels panels = new(p.M, MaxRows(cpu));
        for (int i = 0; i < panels.Count; i++)
            PackRowPanel(p, panels, i, dst);
    }

    /// <summary>Packs B once for many products: src [K, N] -> dst [column panel][K][columns]; missing columns are 0.</summary>
    public static void PackB(in Product p, CpuFeatures cpu, float* dst)
    {
        int columns = Columns(cpu);
        for (int n = 0; n < p.N; n += columns)
        {
            float* b = p.B + (p.TransposeB ? n * p.BStride : n);
            Packing.Columns(b, p.BStride, p.TransposeB, p.K, Math.Min(columns, p.N - n), columns, dst + (nint)n * p.K);
        }
    }

    /// <summary>The weight that is the second input of a node, packed by <see cref="PackB"/>.</summary>
    /// <param name="query">The node.</param>
    /// <param name="n">Columns.</param>
    /// <param name="k">Rows.</param>
    /// <param name="transposed">It is stored as [n, k].</param>
    public static PackedFloats PackedB(KernelQuery query, int n, int k, bool transposed)
    {
        int columns = Columns(query.Cpu);
        string packing = $"column panels of {columns}, transposed {transposed}";
        long count = PackedBFloats(n, k, query.Cpu);
        return transposed && query.Weight(1)!.Shape.Rank == 2
            ? query.PackedByRows(1, packing, count, columns, (from, at, some, to) =>
                Packing.Columns(from.Floats, k, transposed: true, k, some, columns, to.Floats + (nint)at * k))
            : query.Packed(1, packing, count, (from, _, to) => PackB(Product.Dense(1, n, k, null, from, null, transposeB: transposed), query.Cpu, to));
    }

    /// <summary>Computes the product.</summary>
    /// <param name="p">Operands; C overlaps none of them.</param>
    /// <param name="cpu">The level; packed operands were packed for it.</param>
    /// <param name="pool">Threads.</param>
    /// <param name="scratch">At least <see cref="ScratchBytes"/> for the pool's thread count.</param>
    public static void Run(in Product p, CpuFeatures cpu, WorkerPool pool, byte* scratch)
    {
        if (p.M == 0 || p.N == 0)
            return;
        if (MatrixVector.Fits(p))
            MatrixVector.Run(p, cpu, pool);
        else if (FewRows.Fits(p, cpu))
            FewRows.Run(p, cpu, pool);
        else if (cpu.HasVector512)
            MatrixProduct<MicroAvx512>.Run(p, pool, scratch);
        else if (cpu.HasAvx2)
            MatrixProduct<MicroAvx2>.Run(p, pool, scratch);
        else if (cpu.HasVector128)
            MatrixProduct<MicroVector128>.Run(p, pool, scratch);
        else
            MatrixProduct<MicroScalar>.Run(p, pool, scratch);
    }

    internal static void PackRowPanel(in Product p, RowPanels panels, int i, float* dst)
    {
        (int row, int height) = (panels.Start(i), panels.Height(i));
        float* a = p.A + (p.TransposeA ? row : row * p.AStride);
        Packing.Rows(a, p.AStride, p.TransposeA, height, p.K, dst + (nint)row * p.K);
    }
}
