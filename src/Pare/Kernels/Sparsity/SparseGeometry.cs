using Pare.Kernels.Convolutions;
using Pare.Kernels.Products;

namespace Pare.Kernels.Sparsity;

/// <summary>How a sparse convolution is cut into tiles, and how the pixels of a tile are packed. It follows from the shape and the vectors alone.</summary>
/// <remarks>
/// A tile is some vectors of output pixels; a vector is a stretch of an output row, or several whole rows of a narrow picture. The pixels that a tile reads
/// are packed for a block of channels at a time, as [channel][kernel column][input row][lanes]: shifted by each kernel column, so that every read is aligned,
/// with the rows in the order of their phase, so that the vectors of a tile follow each other for every kernel row and stride.
/// 1 x 1 convolutions of stride 1 see all pixels as one picture as wide as a vector.
/// </remarks>
internal sealed class SparseGeometry
{
    private const int MostArea = 1 << 16;   // offsets are 16 bits
    private const int MostReach = 4096;     // of a kernel, in pixels
    private const int MostStride = 16;
    private const int MostStage = 1 << 18;  // numbers
    private const int MostSums = 1 << 18;   // numbers: half of a second cache
    private readonly int[] _tapRows;

    private SparseGeometry(in ConvShape given, ConvShape shape, int lanes, int most, int areaBytes)
    {
        (Given, Shape, Lanes) = (given, shape, lanes);
        Pixels = given.Batch * given.OutHeight * given.OutWidth;
        RowsPerVector = Math.Max(1, lanes / shape.OutWidth);
        Columns = Math.Min(lanes, shape.OutWidth);
        ColumnTiles = Blocks.CeilDiv(shape.OutWidth, lanes);
        int rows = Blocks.CeilDiv(shape.OutHeight, RowsPerVector);
        _tapRows = new int[shape.KernelHeight];
        for (; most > 0; most--)
        {
            Strips = Blocks.CeilDiv(rows, most);
            Vectors = Blocks.CeilDiv(rows, Strips);
            SlotInputs = PlaceRows();
            if ((long)Slots * lanes * sizeof(float) <= MostArea) break;
        }
        if (most == 0) Vectors = 0;
        long slotBytes = (long)Math.Max(1, Slots) * lanes * sizeof(float);
        int channels = (int)Math.Clamp(areaBytes / slotBytes, 1, shape.Channels);
        Channels = Math.Min(channels, Blocks.Even(shape.Channels, channels, channels < 4 ? 1 : 4));
        ChannelBlocks = Blocks.CeilDiv(shape.Channels, Channels);
        InputRows = SlotInputs.Max() + (RowsPerVector - 1) * shape.StrideY + 1;
        MostShift = (shape.KernelWidth - 1) * shape.DilationX / shape.StrideX;
        long sums = (long)shape.OutChannels * Math.Max(1, Vectors) * lanes, stage = (long)Channels * InputRows * shape.StrideX * lanes;
        int together = shape.KernelWidth == 1 ? 1 : (int)Math.Clamp(Math.Min(MostSums / sums, MostStage / stage), 1, ColumnTiles);
        TilesTogether = Blocks.CeilDiv(ColumnTiles, Blocks.CeilDiv(ColumnTiles, together));
        StageWidth = Blocks.RoundUp(MostShift + TilesTogether * lanes, lanes);
    }

    /// <summary>The sizes as they were given.</summary>
    public ConvShape Given { get; }

    /// <summary>The sizes, flattened where all pixels are alike.</summary>
    public ConvShape Shape { get; }

    /// <summary>Whether the sizes are flattened.</summary>
    public bool IsFlat => Shape != Given;

    /// <summary>Numbers of a vector.</summary>
    public int Lanes { get; }

    /// <summary>Output pixels, of all pictures; the last vector of a flattened picture may be filled in part.</summary>
    public int Pixels { get; }

    /// <summary>Vectors of a tile.</summary>
    public int Vectors { get; }

    /// <summary>Output rows of a vector: several where the picture is narrow.</summary>
    public int RowsPerVector { get; }

    /// <summary>Output rows of a tile.</summary>
    public int TileRows => Vectors * RowsPerVector;

    /// <summary>Output columns of a vector, for each of its rows.</summary>
    public int Columns { get; }

    /// <summary>Tiles beside each other.</summary>
    public int ColumnTiles { get; }

    /// <summary>Tiles below each other in a picture.</summary>
    public int Strips { get; }

    /// <summary>Tiles beside each other whose pixels are staged together.</summary>
    public int TilesTogether { get; }

    /// <summary>How often tiles that are staged together lie beside each other.</summary>
    public int ColumnParts => Blocks.CeilDiv(ColumnTiles, TilesTogether);

    /// <summary>All tiles.</summary>
    public int Tiles => Shape.Batch * Strips * ColumnTiles;

    /// <summary>Tiles that are staged together, of all pictures.</summary>
    public int Parts => Shape.Batch * Strips * ColumnParts;

    /// <summary>Packed vectors of one channel.</summary>
    public int Slots => SlotInputs.Length * Shape.KernelWidth;

    /// <summary>For each packed row the input row, counted from the tile's first, from which its first lane comes.</summary>
    public int[] SlotInputs { get; } = [];

    /// <summary>Channels that are packed at a time.</summary>
    public int Channels { get; }

    /// <summary>How often.</summary>
    public int ChannelBlocks { get; }

    /// <summary>Input rows of a tile.</summary>
    public int InputRows { get; }

    /// <summary>The shift of the last kernel column, in strides.</summary>
    public int MostShift { get; }

    /// <summary>Numbers between staged rows.</summary>
    public int StageWidth { get; }

    /// <summary>Numbers of a staged channel: [input row][phase][<see cref="StageWidth"/>].</summary>
    public int StageChannel => InputRows * Shape.StrideX * StageWidth;

    /// <summary>Numbers of the packed pixels, and room behind them for the last vector's excess.</summary>
    public int AreaFloats => (Channels * Slots + 1) * Lanes;

    /// <summary>Numbers of the stage; none where pixels are packed directly.</summary>
    public int StageFloats => Shape.KernelWidth == 1 ? 0 : Channels * StageChannel + Lanes;

    /// <summary>Cuts a convolution; null where one channel of the least tile is too large.</summary>
    /// <param name="shape">One group.</param>
    /// <param name="lanes">Numbers of a vector.</param>
    /// <param name="vectors">Most vectors of a tile, 1 to 8.</param>
    /// <param name="areaBytes">What packed pixels should take.</param>
    public static SparseGeometry? Of(in ConvShape shape, int lanes, int vectors, int areaBytes)
    {
        if ((long)shape.KernelHeight * shape.DilationY > MostReach || (long)shape.KernelWidth * shape.DilationX > MostReach || Math.Max(shape.StrideY, shape.StrideX) > MostStride)
            return null;
        bool isFlat = shape is { KernelHeight: 1, KernelWidth: 1, StrideX: 1, StrideY: 1, PadTop: 0, PadLeft: 0, PadBottom: 0, PadRight: 0 };
        ConvShape seen = isFlat ? shape with { Batch = 1, Height = Blocks.CeilDiv(shape.Batch * shape.Height * shape.Width, lanes), Width = lanes } : shape;
        var geometry = new SparseGeometry(shape, seen, lanes, vectors, Math.Min(areaBytes, MostArea));
        return geometry.Vectors == 0 || geometry.StageFloats > MostStage || shape.OutChannels > ushort.MaxValue ? null : geometry;
    }

    /// <summary>Where the pixels of a tap begin in the area, in bytes.</summary>
    /// <param name="channel">Of the block.</param>
    /// <param name="row">Kernel row.</param>
    /// <param name="column">Kernel column.</param>
    public int Offset(int channel, int row, int column) => ((channel * Shape.KernelWidth + column) * SlotInputs.Length + _tapRows[row]) * Lanes * sizeof(float);

    // Packed rows: for each phase of the rows below each other that a tap reads, as many as its taps need.
    private int[] PlaceRows()
    {
        int step = RowsPerVector * Shape.StrideY;
        var most = new SortedDictionary<int, int>();
        for (int row = 0; row < Shape.KernelHeight; row++)
        {
            (int later, int phase) = Math.DivRem(row * Shape.DilationY, step);
            most[phase] = later;
        }
        var inputs = new List<int>();
        var starts = new Dictionary<int, int>();
        foreach ((int phase, int later) in most)
        {
            starts[phase] = inputs.Count;
            for (int i = 0; i < Vectors + later; i++) inputs.Add(phase + i * step);
        }
        for (int row = 0; row < Shape.KernelHeight; row++)
        {
            (int later, int phase) = Math.DivRem(row * Shape.DilationY, step);
            _tapRows[row] = starts[phase] + later;
        }
        return [.. inputs];
    }
}
