using Pare.Kernels.Convolutions;
using Pare.Kernels.Products;

namespace Pare.Kernels.Bits;

/// <summary>
/// How an image of bits lies as planes, so that what a place of the window sees is one string of bits: row r, column q of the output at bit
/// r * Pitch + q, read from an offset in bytes that follows from channel and place alone.
/// </summary>
/// <remarks>
/// A channel holds, for each phase of rows and columns that a stride tells apart, the rows of the padded image; and copies of them moved by 1 to 7
/// bits where the window's columns need it. A pitch is whole bytes. What lies in the padding is 0.
/// </remarks>
internal sealed class PlaneLayout
{
    private const int MostUnit = 8, LineBytes = 64;
    private readonly ConvShape _shape;

    private PlaneLayout(in ConvShape shape, int pitchUnit)
    {
        _shape = shape;
        int reachX = (shape.KernelWidth - 1) * shape.DilationX / shape.StrideX, reachY = (shape.KernelHeight - 1) * shape.DilationY / shape.StrideY;
        int seen = shape.OutWidth + reachX;
        // With a stride of 1 the zeros on the left of the next row are those on the right of this one.
        int shared = Math.Max(shape.OutWidth, shape.Width + Math.Max(shape.PadLeft, shape.PadRight));
        PitchBytes = Blocks.RoundUp(Blocks.CeilDiv(shape.StrideX == 1 ? Math.Min(seen, shared) : seen, 8), pitchUnit);
        Columns = Math.Min(seen, 8 * PitchBytes);
        Rows = shape.OutHeight + reachY;
        PhaseBytes = Blocks.RoundUp(Rows * PitchBytes, sizeof(ulong)) + Blocks.RoundUp(shape.PadLeft + 1, 64) / 8;
        // What a place sees of a small picture lies within a line of the cache.
        if (PhaseBytes is > LineBytes / 2 and < LineBytes) PhaseBytes = LineBytes;
        RowPhases = [.. Enumerable.Range(0, shape.KernelHeight).Select(k => k * _shape.DilationY % _shape.StrideY).Distinct()];
        ColumnPhases = [.. Enumerable.Range(0, shape.KernelWidth).Select(k => k * _shape.DilationX % _shape.StrideX).Distinct()];
        Copies = [.. Enumerable.Range(0, shape.KernelWidth).Select(Copy).Where(c => c.Shift > 0).Distinct()];
        ChannelBytes = RowPhases.Length * (ColumnPhases.Length + Copies.Length) * PhaseBytes;
        int[] offsets = [.. Enumerable.Range(0, shape.Taps).Select(Offset)];
        Unit = MostUnit;
        while (Array.Exists(offsets, o => o % Unit != 0)) Unit /= 2;
        TapOffsets = [.. offsets.Select(o => (ushort)Math.Min(ushort.MaxValue, o / Unit))];
    }

    /// <summary>Lays an image out: rows at whole bytes, or at eight where offsets of all channels would not fit into 16 bits otherwise.</summary>
    /// <param name="shape">The convolution.</param>
    public static PlaneLayout Of(in ConvShape shape)
    {
        var close = new PlaneLayout(shape, 1);
        return close.Unit == MostUnit || (long)shape.Channels * close.ChannelBytes / close.Unit < ushort.MaxValue / 2 ? close : new PlaneLayout(shape, MostUnit);
    }

    /// <summary>Bytes of which all offsets are multiples: 1, 2, 4 or 8.</summary>
    public int Unit { get; }

    /// <summary>Bytes between two rows.</summary>
    public int PitchBytes { get; }

    /// <summary>Columns of a phase that are read.</summary>
    public int Columns { get; }

    /// <summary>Rows of a phase.</summary>
    public int Rows { get; }

    /// <summary>Bytes of the rows of one phase; at least the last eight of them are 0.</summary>
    public int PhaseBytes { get; }

    /// <summary>Which rows of the padded image each phase begins with.</summary>
    public int[] RowPhases { get; }

    /// <summary>Which columns of the padded image each phase begins with.</summary>
    public int[] ColumnPhases { get; }

    /// <summary>Copies of a phase of columns, moved by some bits.</summary>
    public (int Phase, int Shift)[] Copies { get; }

    /// <summary>Bytes of a channel: [row phase][column phases, then copies][row].</summary>
    public int ChannelBytes { get; }

    /// <summary>For each place of the window its offset within a channel, in units.</summary>
    public ushort[] TapOffsets { get; }

    /// <summary>Bits of an output channel, those between rows counted.</summary>
    public int OutBits => ((_shape.OutHeight - 1) * PitchBytes * 8) + _shape.OutWidth;

    /// <summary>Offset of a phase within a channel; <paramref name="column"/> counts phases, then copies.</summary>
    public int PhaseOffset(int row, int column) => (row * (ColumnPhases.Length + Copies.Length) + column) * PhaseBytes;

    private (int Phase, int Shift) Copy(int k)
    {
        int column = k * _shape.DilationX;
        return (Array.IndexOf(ColumnPhases, column % _shape.StrideX), column / _shape.StrideX % 8);
    }

    private int Offset(int tap)
    {
        (int ky, int kx) = Math.DivRem(tap, _shape.KernelWidth);
        int row = ky * _shape.DilationY;
        (int phase, int shift) = Copy(kx);
        int column = shift == 0 ? phase : ColumnPhases.Length + Array.IndexOf(Copies, (phase, shift));
        return PhaseOffset(Array.IndexOf(RowPhases, row % _shape.StrideY), column) + row / _shape.StrideY * PitchBytes + kx * _shape.DilationX / _shape.StrideX / 8;
    }
}
