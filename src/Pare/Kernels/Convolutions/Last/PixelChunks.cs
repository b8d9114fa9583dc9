using System.Collections.Immutable;

namespace Pare.Kernels.Convolutions.Last;

/// <summary>
/// The sum of a convolution cut into chunks whose weights stay in the first cache while many pixels use them, and what of each chunk
/// each region sees.
/// </summary>
internal sealed unsafe class PixelChunks
{
    private readonly PackedRuns _runs;
    private readonly Part[] _parts; // [chunk, region]
    private readonly int[] _firstRows;
    private readonly int _regions;

    /// <summary>Cuts a convolution.</summary>
    /// <param name="shape">Its sizes.</param>
    /// <param name="regions">Its regions.</param>
    /// <param name="mostDepth">Weights of one output channel that a chunk should have at most.</param>
    public PixelChunks(in ConvShape shape, ImmutableArray<PixelRegion> regions, int mostDepth)
    {
        List<Piece[]> chunks = Cut(shape, mostDepth);
        Count = chunks.Count;
        _regions = regions.Length;
        _parts = new Part[chunks.Count * _regions];
        _firstRows = new int[chunks.Count + 1];
        var runs = new List<PixelRun>();
        for (int chunk = 0; chunk < chunks.Count; chunk++)
        {
            for (int region = 0; region < regions.Length; region++)
            {
                int first = runs.Count, length = 0;
                foreach (Piece piece in chunks[chunk])
                    length = Math.Max(length, Add(runs, shape, piece, regions[region]));
                _parts[chunk * _regions + region] = new Part(first, runs.Count - first, length);
            }
            _firstRows[chunk] = (chunks[chunk][0].Row * shape.KernelWidth + chunks[chunk][0].Column) * shape.GroupChannels + chunks[chunk][0].Begin;
        }
        _firstRows[^1] = shape.GroupChannels * shape.Taps;
        _runs = new PackedRuns([.. runs]);
    }

    /// <summary>How many chunks.</summary>
    public int Count { get; }

    /// <summary>Where the weights of a chunk begin, in rows of the panel's width; for <see cref="Count"/> their end.</summary>
    public int FirstRow(int chunk) => _firstRows[chunk];

    /// <summary>What a region sees of a chunk: runs of one length.</summary>
    public PixelRun* Runs(int chunk, int region, out int count, out int length)
    {
        (int first, count, length) = _parts[chunk * _regions + region];
        return _runs.First + first;
    }

    // Which runs a region sees of a chunk, and their length.
    private readonly record struct Part(int First, int Count, int Length);

    // A part of a row of the kernel, or of one of its positions where a row does not follow in memory: k from Begin to End.
    private readonly record struct Piece(int Row, int Column, int Begin, int End);

    // The numbers of a kernel row follow each other in memory, unless channels are grouped or columns dilated.
    private static bool IsMerged(in ConvShape shape) => shape.Groups == 1 && shape.DilationX == 1;

    private static List<Piece[]> Cut(in ConvShape shape, int mostDepth)
    {
        bool merged = IsMerged(shape);
        int length = shape.GroupChannels * (merged ? shape.KernelWidth : 1), columns = merged ? 1 : shape.KernelWidth;
        int cuts = (int)Math.Max(1, Math.Round((double)length / mostDepth)), together = Math.Max(1, mostDepth * 3 / 2 / length);
        var chunks = new List<Piece[]>();
        var open = new List<Piece>();
        for (int row = 0; row < shape.KernelHeight; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                for (int cut = 0; cut < cuts; cut++)
                {
                    open.Add(new Piece(row, column, (int)((long)length * cut / cuts), (int)((long)length * (cut + 1) / cuts)));
                    if (open.Count < (cuts > 1 ? 1 : together)) continue;
                    chunks.Add([.. open]);
                    open.Clear();
                }
            }
        }
        if (open.Count > 0) chunks.Add([.. open]);
        return chunks;
    }

    // Adds what the region sees of a piece; all pieces of a chunk have one length, so does what is seen of them.
    private static int Add(List<PixelRun> runs, in ConvShape shape, Piece piece, PixelRegion region)
    {
        if (piece.Row < region.Rows.First || piece.Row >= region.Rows.End) return 0;
        int channels = shape.GroupChannels, begin = piece.Begin, end = piece.End;
        if (IsMerged(shape))
        {
            begin = Math.Max(begin, region.Columns.First * channels);
            end = Math.Min(end, region.Columns.End * channels);
        }
        else if (piece.Column < region.Columns.First || piece.Column >= region.Columns.End)
        {
            return 0;
        }
        if (begin >= end) return 0;
        nint row = (nint)piece.Row * shape.DilationY * shape.Width * shape.Channels, column = (nint)piece.Column * shape.DilationX * shape.Channels;
        runs.Add(new PixelRun(row + column + begin, (nint)(piece.Row * shape.KernelWidth + piece.Column) * channels + begin));
        return end - begin;
    }

    private sealed class PackedRuns
    {
        private readonly PixelRun[] _memory;

        public PackedRuns(PixelRun[] runs)
        {
            _memory = GC.AllocateArray<PixelRun>(Math.Max(1, runs.Length), pinned: true);
            runs.CopyTo(_memory, 0);
            fixed (PixelRun* first = _memory) First = first;
        }

        public PixelRun* First { get; }
    }
}
