namespace Pare.Jit.Emission;

/// <summary>Pixels cut into tiles as equal as can be: some of one pixel more, then the others.</summary>
/// <param name="Rows">Pixels of the others.</param>
/// <param name="Larger">How many have one more.</param>
/// <param name="Others">How many have not; at least one.</param>
internal readonly record struct TileCut(int Rows, int Larger, int Others)
{
    /// <summary>So few tiles as can be.</summary>
    /// <param name="pixels">All pixels, at least 1.</param>
    /// <param name="most">Most pixels of a tile.</param>
    public static TileCut Of(int pixels, int most)
    {
        int tiles = (pixels + most - 1) / most;
        (int rows, int larger) = Math.DivRem(pixels, tiles);
        return new TileCut(rows, larger, tiles - larger);
    }

    /// <summary>The sizes of tiles that there are.</summary>
    public IEnumerable<int> Sizes => Larger > 0 ? [Rows, Rows + 1] : [Rows];
}
