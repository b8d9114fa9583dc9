using Pare.Kernels.Products;

namespace Pare.Kernels.Convolutions.Last.Winograd;

/// <summary>How the tiles of a convolution are cut into blocks. It follows from shapes alone.</summary>
/// <remarks>
/// A block's transformed tiles and products stay in the second cache. With many tiles and few weights, threads take whole blocks. Otherwise
/// blocks are larger, come one after the other, so that weights are read from memory few times, and threads share the work of each.
/// </remarks>
internal readonly record struct WinogradBlocks
{
    /// <summary>What may be in use of the second cache.</summary>
    public const long CacheBytes = 1_200_000;

    private const long SharedBytes = 8_000_000;
    private const int EvenBlocks = 4;
    private const int FewTiles = 8;             // fill a strip well enough
    private const double ThreadWork = 1.5e5;    // multiply-adds that are worth a thread's while

    /// <summary>Tiles of all pictures.</summary>
    public int Tiles { get; private init; }

    /// <summary>Tiles of a column.</summary>
    public int TileRows { get; private init; }

    /// <summary>Tiles of a row.</summary>
    public int TileColumns { get; private init; }

    /// <summary>How many blocks.</summary>
    public int Count { get; private init; }

    /// <summary>Into how many parts the output channels of a block are cut; a thread takes one, and transforms the block's pictures for itself.</summary>
    public int Parts { get; private init; }

    /// <summary>Most tiles of a block.</summary>
    public int MostTiles { get; private init; }

    /// <summary>True where each block is one thread's work, false where all threads share each block.</summary>
    public bool ByThread { get; private init; }

    /// <summary>Cuts a convolution.</summary>
    /// <param name="shape">Its sizes.</param>
    /// <param name="form">The form.</param>
    /// <param name="tileBytes">Bytes of a tile's transformed numbers and products.</param>
    /// <param name="weightBytes">Bytes of the transformed weights.</param>
    public static WinogradBlocks Of(in ConvShape shape, WinogradForm form, long tileBytes, long weightBytes)
    {
        int rows = Blocks.CeilDiv(shape.OutHeight, form.Size), columns = Blocks.CeilDiv(shape.OutWidth, form.Size), tiles = shape.Batch * rows * columns;
        int most = (int)Math.Clamp(CacheBytes / tileBytes, 1, int.MaxValue), count = Blocks.CeilDiv(tiles, most);
        // Each block reads all weights: few of them may be read by small blocks, many only by large ones.
        int least = weightBytes <= CacheBytes / 2 ? 16 : 24, blocks = tiles / least;
        bool byThread = most >= least && blocks >= (weightBytes <= CacheBytes / 2 ? 2 : EvenBlocks);
        if (byThread)
        {
            // As many blocks as two or four threads can share evenly, unless they would be small then.
            int even = Blocks.RoundUp(count, blocks >= EvenBlocks ? EvenBlocks : 2);
            if (even <= blocks) count = even;
        }
        else if (tiles * tileBytes <= CacheBytes && weightBytes <= CacheBytes)
        {
            (byThread, count) = (true, 1);
        }
        else
        {
            count = Blocks.CeilDiv(tiles, (int)Math.Max(1, SharedBytes / tileBytes));
        }
        return new WinogradBlocks { Tiles = tiles, TileRows = rows, TileColumns = columns, Count = count, Parts = 1, MostTiles = Blocks.CeilDiv(tiles, count), ByThread = byThread };
    }

    /// <summary>The same for several threads, where blocks are fewer than these.</summary>
    /// <param name="threads">How many.</param>
    /// <param name="vectors">Vectors of output channels.</param>
    /// <param name="work">Multiply-adds of the products.</param>
    public WinogradBlocks Among(int threads, int vectors, double work)
    {
        int wanted = (int)Math.Min(threads, work / ThreadWork);
        if (!ByThread || Count >= wanted) return this;
        if (Tiles >= wanted * FewTiles) return this with { Count = wanted, MostTiles = Blocks.CeilDiv(Tiles, wanted) };
        return this with { Parts = Math.Min(vectors, Blocks.CeilDiv(wanted, Count)) };
    }

    /// <summary>The first tile of a block; of the block behind the last: the number of tiles.</summary>
    public int First(int block) => (int)((long)Tiles * block / Count);
}
