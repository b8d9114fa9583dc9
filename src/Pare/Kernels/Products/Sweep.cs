using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Pare.Kernels.Products;

/// <summary>Multiplies packed rows with one packed column panel at a time; knows what sums start from and how they end.</summary>
internal unsafe struct Sweep
{
    private static readonly float* Zeros = (float*)NativeMemory.AlignedAlloc(64 * sizeof(float), 64);

    /// <summary>How the rows are cut.</summary>
    public RowPanels Panels;

    /// <summary>All of k.</summary>
    public int Depth;

    /// <summary>Packed rows, as <see cref="RowPanels"/> says.</summary>
    public float* PackedA;

    /// <summary>The result, at row 0, column 0.</summary>
    public float* C;

    /// <summary>Distance between rows of C, in numbers.</summary>
    public nint CStride;

    /// <summary>Adds to what C holds.</summary>
    public bool Accumulate;

    /// <summary>Null, or [rows, Columns]: the bias of each row, repeated (<see cref="SpreadRowBias"/>).</summary>
    public float* RowBiasTiles;

    /// <summary>Null, or the bias of each column.</summary>
    public float* ColumnBias;

    /// <summary>Whether final sums are clipped to [Low, High].</summary>
    public bool Clip;

    /// <summary>The lower bound when clipping.</summary>
    public float Low;

    /// <summary>The upper bound when clipping.</summary>
    public float High;

    static Sweep() => new Span<float>(Zeros, 64).Clear();

    /// <summary>Numbers of scratch that <see cref="Run{TKernel}"/> needs for tiles at the edge.</summary>
    public static int EdgeFloats<TKernel>() where TKernel : struct, IMicroKernel => (TKernel.MaxRows + 1) * TKernel.Columns;

    /// <summary>bias [rows] -> tiles [rows, Columns], each bias repeated, so that starting from a row bias costs nothing.</summary>
    public static void SpreadRowBias<TKernel>(float* bias, int rows, float* tiles) where TKernel : struct, IMicroKernel
    {
        for (int r = 0; r < rows; r++)
            new Span<float>(tiles + (nint)r * TKernel.Columns, TKernel.Columns).Fill(bias[r]);
    }

    /// <summary>Adds the products of k in [k0, k0 + depth) to the columns [column, column + valid) of the rows of panels [first, end).</summary>
    /// <param name="b">[depth, Columns]: the packed columns; those past <paramref name="valid"/> hold any finite number.</param>
    /// <param name="edge">Scratch of <see cref="EdgeFloats{TKernel}"/> numbers.</param>
    public readonly void Run<TKernel>(int first, int end, int k0, int depth, float* b, int column, int valid, float* edge)
        where TKernel : struct, IMicroKernel
    {
        bool fromC = k0 > 0 || Accumulate;
        bool whole = valid == TKernel.Columns || valid == TKernel.Columns / 2;
        Tile tile = new()
        {
            Depth = depth,
            B = b,
            Clip = Clip && k0 + depth == Depth,
            Low = Low,
            High = High,
            Half = valid <= TKernel.Columns / 2,
            CStride = whole ? CStride : TKernel.Columns,
            Start = Zeros,
        };
        if (!fromC && RowBiasTiles == null && ColumnBias != null)
            tile.Start = whole ? ColumnBias + column : CopyBias<TKernel>(column, valid, edge);
        for (int p = first; p < end; p++)
        {
            (int row, int height) = (Panels.Start(p), Panels.Height(p));
            float* c = C + row * CStride + column;
            tile.A = PackedA + (nint)row * Depth + (nint)k0 * height;
            tile.C = whole ? c : edge;
            if (fromC)
            {
                tile.Start = tile.C;
                tile.StartStride = tile.CStride;
                if (!whole)
                    CopyTile(c, CStride, edge, TKernel.Columns, height, valid);
            }
            else if (RowBiasTiles != null)
            {
                tile.Start = RowBiasTiles + (nint)row * TKernel.Columns;
                tile.StartStride = TKernel.Columns;
            }
            if (whole && !fromC)
            {
                Prefetch(c, height, tile.Half ? TKernel.Columns / 2 : TKernel.Columns);
            }
            TKernel.Run(height, tile);
            if (!whole)
                CopyTile(edge, TKernel.Columns, c, CStride, height, valid);
        }
    }

    // The stores at a tile's end would wait for lines that are in no near cache.
    private readonly void Prefetch(float* c, int height, int columns)
    {
        if (!Sse.IsSupported)
            return;
        for (int r = 0; r < height; r++)
        {
            for (int n = 0; n < columns; n += 16)
                Sse.Prefetch0(c + r * CStride + n);
        }
    }

    private readonly float* CopyBias<TKernel>(int column, int valid, float* edge) where TKernel : struct, IMicroKernel
    {
        float* row = edge + TKernel.MaxRows * TKernel.Columns;
        new Span<float>(ColumnBias + column, valid).CopyTo(new Span<float>(row, TKernel.Columns));
        return row;
    }

    private static void CopyTile(float* from, nint fromStride, float* to, nint toStride, int rows, int columns)
    {
        for (int r = 0; r < rows; r++)
            new Span<float>(from + r * fromStride, columns).CopyTo(new Span<float>(to + r * toStride, columns));
    }
}
