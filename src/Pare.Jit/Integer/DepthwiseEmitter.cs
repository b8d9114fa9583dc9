using System.Runtime.InteropServices;
using Iced.Intel;
using Pare.Jit.Emission;
using Pare.Kernels.Convolutions;
using static Iced.Intel.AssemblerRegisters;

namespace Pare.Jit.Integer;

/// <summary>What a call of an emitted depthwise convolution reads and writes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct DepthwiseRun
{
    /// <summary>The window of the first result, at the first channel of the block.</summary>
    public byte* Source;

    /// <summary>The first result.</summary>
    public byte* Destination;

    /// <summary>[quad][column][vector][16 or 8 units of four rows], then what the four vectors of sums begin with, then their factors.</summary>
    public byte* Weights;

    /// <summary>Rows of results.</summary>
    public nint Rows;
}

/// <summary>Emits a function (DepthwiseRun*) for rows of one block of channels of a depthwise convolution, with vpdpbusd.</summary>
/// <remarks>
/// Four rows of a column, interleaved byte by byte, are units of four bytes: one instruction multiplies and adds four places of the window. What
/// interleaving leaves in each 16 bytes of four vectors, [4 of channels 0 to 15][vector], packing to bytes puts back in order. A column serves all
/// results of a tile that see it. r10: the picture, rcx: results, rdx: weights, rsi: row of the picture, r8: tiles left, rdi: the run.
/// </remarks>
internal sealed class DepthwiseEmitter
{
    private const int Vectors = 4;

    private readonly Assembler _c = new(64);
    private readonly VectorAssembler _v;
    private readonly DepthwiseSpec _spec;

    private DepthwiseEmitter(DepthwiseSpec spec)
    {
        _spec = spec;
        _v = new VectorAssembler(_c, spec.Width);
    }

    /// <summary>The code for rows of a block.</summary>
    public static Assembler Emit(DepthwiseSpec spec)
    {
        var emitter = new DepthwiseEmitter(spec);
        emitter.Function();
        return emitter._c;
    }

    private int StartAt => _spec.WeightVectors * _v.Bytes;

    private int FactorsAt => StartAt + Vectors * _v.Bytes;

    private static AssemblerMemoryOperand Field(string name) => __qword_ptr[rdi + (int)Marshal.OffsetOf<DepthwiseRun>(name)];

    private void Function()
    {
        _c.mov(rsi, Field(nameof(DepthwiseRun.Source)));
        _c.mov(rcx, Field(nameof(DepthwiseRun.Destination)));
        _c.mov(rdx, Field(nameof(DepthwiseRun.Weights)));
        Label row = _c.CreateLabel();
        _c.Label(ref row);
        _c.mov(r10, rsi);
        var cut = TileCut.Of(_spec.Shape.OutWidth, DepthwiseSpec.MostPixels);
        Tiles(cut.Rows + 1, cut.Larger);
        Tiles(cut.Rows, cut.Others);
        _c.add(rsi, _spec.Shape.StrideY * _spec.RowBytes);
        _c.dec(Field(nameof(DepthwiseRun.Rows)));
        _c.jnz(row);
        _c.vzeroupper();
        _c.ret();
    }

    private void Tiles(int pixels, int count)
    {
        if (count == 0) return;
        Label tile = _c.CreateLabel();
        if (count > 1) _c.mov(r8d, count);
        _c.Label(ref tile);
        Tile(pixels);
        _c.add(r10, pixels * _spec.Shape.StrideX * _spec.Shape.Channels);
        _c.add(rcx, pixels * _spec.Shape.Channels);
        if (count == 1) return;
        _c.dec(r8d);
        _c.jnz(tile);
    }

    private void Tile(int pixels)
    {
        ConvShape shape = _spec.Shape;
        int free = pixels * Vectors;
        for (int vector = 0; vector < Vectors; vector++) _v.Load(vector, __[rdx + StartAt + vector * _v.Bytes]);
        for (int sum = Vectors; sum < free; sum++) _v.Copy(sum, sum % Vectors);
        for (int quad = 0; quad < _spec.Quads; quad++)
        {
            var columns = new SortedDictionary<int, List<(int Pixel, int Tap)>>();
            for (int pixel = 0; pixel < pixels; pixel++)
            {
                for (int tap = 0; tap < shape.KernelWidth; tap++)
                {
                    int column = pixel * shape.StrideX + tap * shape.DilationX;
                    if (!columns.TryGetValue(column, out List<(int, int)>? readers)) columns[column] = readers = [];
                    readers.Add((pixel, tap));
                }
            }
            foreach ((int column, List<(int Pixel, int Tap)> readers) in columns)
            {
                int[] units = Interleave(quad, column, free);
                foreach ((int pixel, int tap) in readers)
                {
                    for (int vector = 0; vector < Vectors; vector++)
                        _v.Dot(pixel * Vectors + vector, units[vector], __[rdx + ((quad * shape.KernelWidth + tap) * Vectors + vector) * _v.Bytes]);
                }
            }
        }
        var results = new ByteResults(_v, _spec.Result, free, free + 1, free + 2);
        results.Begin();
        for (int pixel = 0; pixel < pixels; pixel++)
        {
            int first = pixel * Vectors;
            for (int vector = 0; vector < Vectors; vector++) _v.Scale(first + vector, __[rdx + FactorsAt + vector * _v.Bytes]);
            results.Pack([first, first + 1, first + 2, first + 3]);
            _v.Store(__[rcx + pixel * shape.Channels], first);
        }
    }

    // The registers that hold the four rows of a column in units; a row beyond the window meets weights of 0.
    private int[] Interleave(int quad, int column, int free)
    {
        AssemblerMemoryOperand Row(int index)
        {
            int row = Math.Min(quad * DepthwiseSpec.RowsOfQuad + index, _spec.Shape.KernelHeight - 1) * _spec.Shape.DilationY;
            return __[r10 + row * _spec.RowBytes + column * _spec.Shape.Channels];
        }

        (int a, int low, int high, int lowOther, int highOther) = (free, free + 1, free + 2, free + 3, free + 4);
        _v.Load(a, Row(0));
        _v.InterleaveLowBytes(low, a, Row(1));
        _v.InterleaveHighBytes(high, a, Row(1));
        _v.Load(a, Row(2));
        _v.InterleaveLowBytes(lowOther, a, Row(3));
        _v.InterleaveHighBytes(highOther, a, Row(3));
        _v.InterleaveLowWords(a, low, lowOther);
        _v.InterleaveHighWords(low, low, lowOther);
        _v.InterleaveLowWords(lowOther, high, highOther);
        _v.InterleaveHighWords(high, high, highOther);
        return [a, low, lowOther, high];
    }
}
