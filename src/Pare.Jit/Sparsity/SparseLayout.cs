using Pare.Kernels.Convolutions;
using Pare.Kernels.Products;

namespace Pare.Jit.Sparsity;

/// <summary>How a convolution of bytes is laid out for sparse weights: units of four channels, planes of a picture, tiles of pixels, blocks of what a window holds.</summary>
/// <remarks>
/// A plane holds one unit of every pixel of the padded picture that lies at one place of the stride, so that each tap is a plane and an offset.
/// Results are counted along the rows of a plane; places beyond the width of the result are computed too and never written.
/// </remarks>
internal sealed class SparseLayout
{
    /// <summary>Channels of a unit.</summary>
    public const int ChannelsOfUnit = 4;

    /// <summary>Pixels of a vector.</summary>
    public const int Lanes = 16;

    private const int MostVectors = 8, AreaBytes = 32 << 10, VectorBytes = 64;
    private const int EnoughTiles = 2, LeastOutputs = 128;

    private readonly int[] _phases;

    /// <summary>Decides the layout.</summary>
    /// <param name="shape">One group.</param>
    public SparseLayout(in ConvShape shape)
    {
        Shape = shape.Flattened() with { Batch = shape.Batch };
        ConvShape s = Shape;
        Quads = Blocks.CeilDiv(s.Channels, ChannelsOfUnit);
        PlaneWidth = Blocks.CeilDiv((s.OutWidth - 1) * s.StrideX + (s.KernelWidth - 1) * s.DilationX + 1, s.StrideX);
        SeenRows = (s.OutHeight - 1) * s.StrideY + (s.KernelHeight - 1) * s.DilationY + 1;
        Places = (s.OutHeight - 1) * PlaneWidth + s.OutWidth;
        int vectors = Blocks.CeilDiv(Places, Lanes);
        Tiles = Blocks.CeilDiv(vectors, MostVectors);
        if (Tiles > 1) Tiles = Blocks.RoundUp(Tiles, 2);      // two threads end together
        Vectors = Blocks.CeilDiv(vectors, Tiles);
        _phases = [.. Enumerable.Range(0, s.Taps).Select(Phase).Distinct().Order()];
        int reach = Enumerable.Range(0, s.Taps).Max(OffsetInPlane);
        PlaneUnits = Blocks.RoundUp(Math.Max(Blocks.CeilDiv(SeenRows, s.StrideY) * PlaneWidth, Tiles * Vectors * Lanes + reach), Lanes);
        BlockCount = Blocks.CeilDiv(Quads * s.Taps, AreaBytes / (Vectors * VectorBytes));
        UnitsOfBlock = Blocks.CeilDiv(Quads * s.Taps, BlockCount);
        Groups = Tiles >= EnoughTiles ? 1 : Math.Clamp(s.OutChannels / LeastOutputs, 1, Blocks.CeilDiv(EnoughTiles, Tiles));
    }

    /// <summary>The sizes; pictures of one row where nothing tells rows apart.</summary>
    public ConvShape Shape { get; }

    /// <summary>Units of a pixel.</summary>
    public int Quads { get; }

    /// <summary>Places of a plane's row.</summary>
    public int PlaneWidth { get; }

    /// <summary>Rows of the padded picture that windows see.</summary>
    public int SeenRows { get; }

    /// <summary>Places from the first result to the last.</summary>
    public int Places { get; }

    /// <summary>Tiles of a picture.</summary>
    public int Tiles { get; }

    /// <summary>Vectors of pixels of a tile.</summary>
    public int Vectors { get; }

    /// <summary>Planes of a unit that windows see.</summary>
    public int Planes => _phases.Length;

    /// <summary>Units of a plane, with what vectors read behind its end.</summary>
    public int PlaneUnits { get; }

    /// <summary>Units [quad][tap] of a window that are packed for a tile at a time.</summary>
    public int UnitsOfBlock { get; }

    /// <summary>How often until the window is done.</summary>
    public int BlockCount { get; }

    /// <summary>Parts of the output channels that may run on threads of their own.</summary>
    public int Groups { get; }

    /// <summary>Units of all planes.</summary>
    public long AllUnits => (long)Quads * Planes * PlaneUnits;

    /// <summary>Bytes of a packed tile.</summary>
    public int TileBytes => UnitsOfBlock * Vectors * VectorBytes;

    /// <summary>Sums of an output channel for a tile.</summary>
    public int SumsOfOutput => Vectors * Lanes;

    /// <summary>The first output channel of a group; groups begin at whole vectors of bytes.</summary>
    public int FirstOutput(int group) => group == Groups ? Shape.OutChannels : (int)((long)Shape.OutChannels * group / Groups) / Lanes * Lanes;

    /// <summary>Which plane holds pixels whose row and column, from the padding's begin, leave these rests by the strides; -1: none.</summary>
    public int PlaneOf(int row, int column) => Array.IndexOf(_phases, row % Shape.StrideY * Shape.StrideX + column % Shape.StrideX);

    /// <summary>Where a tap of the first result lies in the planes of the first unit.</summary>
    public int OffsetOf(int tap) => Array.IndexOf(_phases, Phase(tap)) * PlaneUnits + OffsetInPlane(tap);

    private int Phase(int tap) => Row(tap) % Shape.StrideY * Shape.StrideX + Column(tap) % Shape.StrideX;

    private int OffsetInPlane(int tap) => Row(tap) / Shape.StrideY * PlaneWidth + Column(tap) / Shape.StrideX;

    private int Row(int tap) => tap / Shape.KernelWidth * Shape.DilationY;

    private int Column(int tap) => tap % Shape.KernelWidth * Shape.DilationX;
}
