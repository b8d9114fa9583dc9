namespace Pare.Kernels.Products;

/// <summary>The rows of a product, cut into panels of nearly equal height: 50 rows are 5 x 10, not 4 x 12 + 2, which would waste most of a tile.</summary>
/// <remarks>Packed rows: src A[M, K] -> dst [panel][K][height], nothing padded; panel p begins at number Start(p) * K.</remarks>
internal readonly struct RowPanels
{
    private readonly int _height;
    private readonly int _taller;

    /// <summary>Cuts <paramref name="rows"/> rows into the fewest panels of at most <paramref name="maxRows"/>.</summary>
    public RowPanels(int rows, int maxRows)
    {
        Rows = rows;
        Count = (rows + maxRows - 1) / maxRows;
        (_height, _taller) = Count == 0 ? (0, 0) : (rows / Count, rows % Count);
    }

    /// <summary>All rows.</summary>
    public int Rows { get; }

    /// <summary>How many panels.</summary>
    public int Count { get; }

    /// <summary>The first row of a panel.</summary>
    public int Start(int panel) => panel * _height + Math.Min(panel, _taller);

    /// <summary>The number of rows of a panel.</summary>
    public int Height(int panel) => panel < _taller ? _height + 1 : _height;
}
