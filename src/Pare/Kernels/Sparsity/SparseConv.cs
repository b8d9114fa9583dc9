using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Pare.Encodings;
using Pare.Kernels.Bands;
using Pare.Kernels.Convolutions;
using Pare.Kernels.Convolutions.Last;
using Pare.Kernels.Products;
using Pare.Threading;

namespace Pare.Kernels.Sparsity;

/// <summary>y = clip(conv(x, w) + bias + residual), fp32, channels last, one group, w mostly zeros: vectors run over pixels.</summary>
/// <remarks>
/// Per tile and block of channels: pack the pixels (<see cref="SparseGeometry"/>), then run over the nonzeros of each output channel with the sums of all
/// pixels in registers; sums of a tile lie as [output channel][pixel] meanwhile and are transposed in the end. A nonzero may be a block of output channels.
/// Zeros that are not stored meet no pixel, so an infinity or NaN reaches only results whose weights are stored. Every sum adds the same terms in the same order whatever the threads are.
/// Made once per shape; runs allocate nothing and share the object.
/// </remarks>
internal sealed unsafe class SparseConv
{
    private const int LeastVectors = 4;         // of tiles that are tried
    private const int LeastBlockVectors = 3;    // fewer would not hide the latency of additions
    private const int AreaBytes = 40 << 10;     // of a first cache of 48 KB
    private const int EnoughParts = 8;
    private const int GroupChannels = 32;       // output channels that are worth a slice of their own
    private const double LeastWork = 3e4;       // multiply-adds that are worth a thread's while
    private const double LittleWork = 1.5e7;    // here a thread that is held up costs less than values that change threads

    private readonly SparseGeometry _geometry;
    private readonly SparseCode _code;
    private readonly ConvShape _shape;
    private readonly int _nonzeros, _rowOutputs, _groups, _copyCount;
    private readonly SparseCopy[] _copies;
    private readonly SparseCopy* _firstCopy;
    private readonly nint _outputStep, _inputStep;

    /// <summary>Decides how the work is cut.</summary>
    /// <param name="geometry">The tiles.</param>
    /// <param name="cpu">What the processor may be used for.</param>
    /// <param name="nonzeros">Most numbers of the weight that are not 0, or blocks of them.</param>
    /// <param name="rowOutputs">Output channels of a nonzero: 1, or of a block.</param>
    /// <param name="outputStep">Numbers between the weights of two output channels.</param>
    /// <param name="inputStep">Numbers between the weights of two input channels.</param>
    public SparseConv(SparseGeometry geometry, CpuFeatures cpu, int nonzeros, int rowOutputs, nint outputStep, nint inputStep)
    {
        (_geometry, _shape, _code, _nonzeros, _rowOutputs) = (geometry, geometry.Shape, SparseCode.Of(cpu), nonzeros, rowOutputs);
        (_outputStep, _inputStep) = (outputStep, inputStep);
        _groups = geometry.Parts >= EnoughParts ? 1 : Math.Clamp(_shape.OutChannels / GroupChannels, 1, Blocks.CeilDiv(EnoughParts, geometry.Parts));
        SparseCopy[] copies = [.. Copies(geometry)];
        _copyCount = copies.Length;
        _copies = GC.AllocateArray<SparseCopy>(Math.Max(1, copies.Length), pinned: true);
        copies.CopyTo(_copies, 0);
        _firstCopy = (SparseCopy*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_copies));
    }

    /// <summary>The cut that should be fastest; null where there is none.</summary>
    /// <param name="shape">One group.</param>
    /// <param name="query">The node.</param>
    /// <param name="weight">Where the numbers are that are not 0.</param>
    /// <param name="outputStep">Numbers between the weights of two output channels.</param>
    /// <param name="inputStep">Numbers between the weights of two input channels.</param>
    public static SparseConv? Of(in ConvShape shape, KernelQuery query, Sparse weight, nint outputStep, nint inputStep)
    {
        SparseCode code = SparseCode.Of(query.Cpu);
        int? blocks = SparseBlocks.Count(weight.Positions.Span, shape.OutChannels, outputStep);
        (int nonzeros, int rowOutputs, int most, int few) = blocks is { } count
            ? (count, SparseBlocks.Outputs, code.MostBlockVectors, Math.Min(LeastBlockVectors, code.MostBlockVectors))
            : (weight.Positions.Length, 1, SparseCode.MostVectors, LeastVectors);
        (SparseGeometry? best, double least) = (null, double.PositiveInfinity);
        for (int vectors = most; vectors >= few; vectors--)
        {
            if (SparseGeometry.Of(shape, code.Lanes, vectors, AreaBytes) is not { } geometry || SecondsOf(geometry, nonzeros, rowOutputs, query) is var seconds && seconds >= least) continue;
            (best, least) = (geometry, seconds);
        }
        return best is null ? null : new SparseConv(best, query.Cpu, nonzeros, rowOutputs, outputStep, inputStep) { Seconds = least };
    }

    /// <summary>The predicted time of a run.</summary>
    public double Seconds { get; private init; }

    /// <summary>Numbers that the packed weights take: starts of groups, rows, biases, values, offsets.</summary>
    public long PackedFloats => Starts + Rows + _shape.OutChannels + Values + (_nonzeros + 1L) / 2;

    /// <summary>Names all that the packed weights depend on.</summary>
    public string Packing => $"sparse {_rowOutputs} of {_shape} by {_outputStep} and {_inputStep} in {_groups} of {_geometry.Vectors} vectors of {_geometry.Lanes}, {_geometry.Channels} channels at a time";

    /// <summary>The sizes of bands: of whole tiles.</summary>
    public BandGeometry Bands
    {
        get
        {
            var sizes = BandGeometry.Of(_geometry.Given, sizeof(float));
            return _geometry.IsFlat ? sizes.WithGoodPixels(_geometry.TileRows * _geometry.Lanes)
                : sizes with { Together = Math.Min(_geometry.TileRows, sizes.OutputRows), GoodRows = _geometry.TileRows };
        }
    }

    /// <summary>How often a run reads the weights.</summary>
    public int Readings => _geometry.Parts;

    private long Starts => (long)_geometry.ChannelBlocks * _groups;

    private int BlockRows => _shape.OutChannels / _rowOutputs;

    private long Rows => (long)_geometry.ChannelBlocks * BlockRows;

    private long Values => (long)_nonzeros * _rowOutputs;

    private int TileSums => _shape.OutChannels * _geometry.Vectors * _geometry.Lanes;

    private long SumFloats => (long)TileSums * _geometry.TilesTogether;

    private long EndFloats => (long)_geometry.Columns * _shape.OutChannels;

    private long WorkerBytes => Scratch.Bytes(_geometry.AreaFloats) + Scratch.Bytes(_geometry.StageFloats) + Scratch.Bytes(SumFloats) + Scratch.Bytes(EndFloats);

    private double Work => (double)_geometry.Tiles * Values * _geometry.Vectors * _geometry.Lanes;

    /// <summary>Bytes of scratch for a run on so many threads.</summary>
    public long ScratchBytes(int threads) => threads * WorkerBytes;

    /// <summary>Packs weights and bias.</summary>
    /// <param name="weights">The numbers, those of a tap row-major by kernel row and column.</param>
    /// <param name="bias">Null, or [OutChannels].</param>
    /// <param name="packed">
    /// Room for <see cref="PackedFloats"/>: [block of channels][group] where nonzeros begin, [block][row, by count within its group] (its first output
    /// channel, count), [output channel] bias, values and 16-bit offsets in the order of those rows. A row is of one output channel, or of a block.
    /// </param>
    public void Pack(float* weights, float* bias, float* packed)
    {
        Packed p = new(this, packed);
        int at = 0;
        var counts = new int[BlockRows];
        for (int block = 0; block < _geometry.ChannelBlocks; block++)
        {
            int first = block * _geometry.Channels, channels = Math.Min(_geometry.Channels, _shape.Channels - first);
            for (int row = 0; row < counts.Length; row++) counts[row] = PackRow(weights, row, first, channels, null, null);
            for (int group = 0; group < _groups; group++)
            {
                p.Starts[block * _groups + group] = at;
                int begin = FirstRow(group);
                int[] rows = [.. Enumerable.Range(begin, FirstRow(group + 1) - begin).OrderBy(row => counts[row])];
                for (int r = 0; r < rows.Length; r++)
                {
                    int row = rows[r];
                    if (at + (long)counts[row] > _nonzeros) throw new InvalidOperationException($"The weight has more than the {_nonzeros} numbers that it stores.");
                    p.Rows[(long)block * BlockRows + begin + r] = (uint)(row * _rowOutputs) | (uint)counts[row] << 16;
                    at += PackRow(weights, row, first, channels, p.Values + (nint)at * _rowOutputs, p.Offsets + at);
                }
            }
        }
        for (int o = 0; o < _shape.OutChannels; o++) p.Bias[o] = bias == null ? 0 : bias[o];
    }

    // The nonzeros of some channels of a row; only counted where there is nowhere to put them.
    private int PackRow(float* weights, int row, int first, int channels, float* values, ushort* offsets)
    {
        int taps = _shape.Taps, count = 0;
        for (int c = 0; c < channels; c++)
        {
            float* w = weights + row * _rowOutputs * _outputStep + (first + c) * _inputStep;
            for (int t = 0; t < taps; t++)
            {
                bool isZero = true;
                for (int o = 0; o < _rowOutputs; o++) isZero &= w[o * _outputStep + t] == 0;
                if (isZero) continue;
                if (offsets != null)
                {
                    for (int o = 0; o < _rowOutputs; o++) *values++ = w[o * _outputStep + t];
                    *offsets++ = checked((ushort)_geometry.Offset(c, t / _shape.KernelWidth, t % _shape.KernelWidth));
                }
                count++;
            }
        }
        return count;
    }

    /// <summary>Computes y.</summary>
    /// <param name="operands">What is read and written; the weights as <see cref="Pack"/> left them.</param>
    /// <param name="pool">Threads.</param>
    /// <param name="scratch">At least <see cref="ScratchBytes"/>.</param>
    public void Run(in PixelOperands operands, WorkerPool pool, byte* scratch)
    {
        // Tiles first: groups that run apart pack the same pixels, and where kernel follows kernel a thread so finds its pixels near.
        int whole = _geometry.Parts, parts = pool.Threads > 1 && Work > LeastWork ? Math.Clamp(Blocks.CeilDiv(pool.Threads, whole), 1, _groups) : 1;
        PartJob job = new() { Conv = this, Operands = operands, Memory = scratch, Parts = parts };
        if (Work < LittleWork) pool.RunEven(whole * parts, job);
        else pool.Run(whole * parts, job);
    }

    /// <summary>Computes rows of a picture's y on the calling thread.</summary>
    /// <param name="operands">What is read and written; the weights as <see cref="Pack"/> left them.</param>
    /// <param name="picture">Which picture.</param>
    /// <param name="rows">Which rows.</param>
    /// <param name="scratch">At least <see cref="ScratchBytes"/> of one thread.</param>
    public void RunRows(PixelOperands operands, int picture, RowRange rows, byte* scratch)
    {
        SparseRange range = new(picture, rows.First, rows.End, _geometry.Pixels);
        if (_geometry.IsFlat)
        {
            ConvShape given = _geometry.Given;
            nint before = ((nint)picture * given.OutHeight + rows.First) * given.OutWidth;
            operands.Source += before * given.Channels;
            operands.Destination += before * operands.ResultStep;
            if (operands.Residual != null) operands.Residual += before * operands.ResultStep;
            int pixels = (rows.End - rows.First) * given.OutWidth;
            range = new SparseRange(0, 0, Blocks.CeilDiv(pixels, _geometry.Lanes), pixels);
        }
        for (; range.FirstRow < range.EndRow; range = range with { FirstRow = range.FirstRow + _geometry.TileRows })
            for (int column = 0; column < _geometry.ColumnTiles; column += _geometry.TilesTogether)
                Tiles(operands, range, column, 0, _groups, scratch);
    }

    private static IEnumerable<SparseCopy> Copies(SparseGeometry g)
    {
        ConvShape shape = g.Shape;
        if (shape.KernelWidth == 1) yield break;
        for (int column = 0; column < shape.KernelWidth; column++)
        {
            (int shift, int phase) = Math.DivRem(column * shape.DilationX, shape.StrideX);
            int step = shape.StrideX * g.StageWidth, slots = g.SlotInputs.Length;
            for (int slot = 0, run; slot < slots; slot += run)
            {
                // Of several rows a vector, the later ones write over what the earlier leave behind themselves: vector after vector.
                for (run = 1; g.RowsPerVector == 1 && slot + run < slots && g.SlotInputs[slot + run] - g.SlotInputs[slot + run - 1] == shape.StrideY; run++) { }
                for (int row = 0; row < g.RowsPerVector; row++)
                {
                    int input = g.SlotInputs[slot] + row * shape.StrideY;
                    yield return new SparseCopy(input * step + phase * g.StageWidth + shift, shape.StrideY * step, (column * slots + slot) * g.Lanes + row * g.Columns, run);
                }
            }
        }
    }

    private static double SecondsOf(SparseGeometry g, int nonzeros, int rowOutputs, KernelQuery query)
    {
        ConvShape shape = g.Shape;
        double rows = (double)g.Tiles * g.ChannelBlocks * shape.OutChannels, values = (double)nonzeros * rowOutputs, packed = (double)g.Tiles * shape.Channels * g.Slots;
        double staged = shape.KernelWidth == 1 ? packed * g.Lanes
            : (double)g.Parts * shape.Channels * g.InputRows * Math.Min(g.TilesTogether * g.Lanes * shape.StrideX + shape.KernelWidth, shape.Width);
        // Of an odd number of parts one of two threads waits for the last.
        double even = g.Parts == 1 || g.Parts % 2 == 0 ? 1 : 1 + 0.4 / g.Parts;
        return even * CostModel.Sparse(
            g.Tiles * g.Vectors * values, rowOutputs > 1, rows / rowOutputs, rows * g.Vectors, shape.KernelWidth == 1 ? 0 : packed * g.RowsPerVector, staged, shape.OutputFloats, values, query);
    }

    private int FirstRow(int group) => (int)((long)BlockRows * group / _groups);

    private int FirstOutput(int group) => FirstRow(group) * _rowOutputs;

    private void Part(in PixelOperands o, int part, int firstGroup, int endGroup, byte* memory)
    {
        (int strip, int column) = Math.DivRem(part, _geometry.ColumnParts);
        (int picture, strip) = Math.DivRem(strip, _geometry.Strips);
        Tiles(o, new SparseRange(picture, strip * _geometry.TileRows, _shape.OutHeight, _geometry.Pixels), column * _geometry.TilesTogether, firstGroup, endGroup, memory);
    }

    // Tiles beside each other, all channels.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Tiles(in PixelOperands o, in SparseRange range, int column, int firstGroup, int endGroup, byte* memory)
    {
        Scratch pieces = new(memory);
        float* area = pieces.Take(_geometry.AreaFloats), stage = pieces.Take(_geometry.StageFloats), sums = pieces.Take(SumFloats), end = pieces.Take(EndFloats);
        int tiles = Math.Min(_geometry.TilesTogether, _geometry.ColumnTiles - column);
        SparsePixels pixels = new(_geometry, o.Source, range, column, tiles);
        // Zeros around the picture; and lanes that no pixel fills should hold no numbers that processors are slow on.
        if (stage == null) new Span<float>(area, _geometry.AreaFloats).Clear();
        else new Span<float>(stage, _geometry.StageFloats).Clear();
        for (int block = 0; block < _geometry.ChannelBlocks; block++)
        {
            int first = block * _geometry.Channels, channels = Math.Min(_geometry.Channels, _shape.Channels - first);
            if (stage == null) pixels.Pack(first, channels, area);
            else pixels.Stage(first, channels, stage);
            for (int tile = 0; tile < tiles; tile++)
            {
                if (stage != null) Spread(stage + pixels.Shift + tile * _geometry.Lanes, channels, area);
                Multiply(o, block, Pixel(range, range.FirstRow) + (column + tile) * _geometry.Lanes, firstGroup, endGroup, area, sums + tile * TileSums);
            }
        }
        for (int tile = 0; tile < tiles; tile++)
            Write(o, range, column + tile, FirstOutput(firstGroup), FirstOutput(endGroup), sums + tile * TileSums, end);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Spread(float* stage, int channels, float* area)
    {
        SparseSpread spread = new()
        {
            From = stage,
            FromChannel = _geometry.StageChannel,
            To = area,
            ToChannel = (nint)_geometry.Slots * _geometry.Lanes,
            Copies = _firstCopy,
            Count = _copyCount,
            Channels = channels,
        };
        _code.Spread(&spread);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Multiply(in PixelOperands o, int block, nint pixel, int firstGroup, int endGroup, float* area, float* sums)
    {
        bool isLast = block == _geometry.ChannelBlocks - 1;
        Packed packed = new(this, o.Weights);
        SparseTile work = new()
        {
            Area = (byte*)area,
            Sums = sums,
            Low = o.Low,
            High = o.High,
            Start = block == 0 ? packed.Bias : null,
            Clip = isLast && o.Clip && o.Residual == null,
            AheadStep = (nint)_geometry.RowsPerVector * _shape.OutWidth * o.ResultStep,
        };
        delegate*<SparseTile*, void> tile = _rowOutputs == 1 ? _code.Tile(_geometry.Vectors) : _code.Block(_geometry.Vectors);
        for (int group = firstGroup; group < endGroup; group++)
        {
            int start = packed.Starts[block * _groups + group];
            work.Rows = packed.Rows + (nint)block * BlockRows + FirstRow(group);
            work.Count = FirstRow(group + 1) - FirstRow(group);
            work.Values = packed.Values + (nint)start * _rowOutputs;
            work.Offsets = packed.Offsets + start;
            work.Ahead = isLast ? o.Destination + pixel * o.ResultStep + FirstOutput(group) : null;
            tile(&work);
        }
    }

    // The first pixel of a row, counted from the first picture's first.
    private int Pixel(in SparseRange range, int row) => (range.Picture * _shape.OutHeight + row) * _shape.OutWidth;

    // [output channel][vector][lane] -> pixels with channels last
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Write(in PixelOperands o, in SparseRange range, int column, int first, int last, float* sums, float* end)
    {
        int width = _geometry.Vectors * _geometry.Lanes, outputs = last - first, left = column * _geometry.Lanes;
        float* from = sums + (nint)first * width;
        for (int v = 0; v < _geometry.Vectors; v++)
        {
            for (int r = 0; r < _geometry.RowsPerVector; r++)
            {
                int row = range.FirstRow + v * _geometry.RowsPerVector + r, pixel = Pixel(range, row) + left;
                int count = Math.Min(Math.Min(_geometry.Columns, _shape.OutWidth - left), range.Pixels - pixel);
                if (row >= range.EndRow || count <= 0) return;
                nint at = (nint)pixel * o.ResultStep + first;
                float* source = from + v * _geometry.Lanes + r * _geometry.Columns;
                if (o.Residual == null)
                {
                    Transposer.RunInOrder(source, width, outputs, count, o.Destination + at, o.ResultStep);
                    continue;
                }
                Transposer.Run(source, width, outputs, count, end, outputs);
                SparseEnd step = new()
                {
                    Sums = end,
                    Residual = o.Residual + at,
                    Destination = o.Destination + at,
                    Step = o.ResultStep,
                    Pixels = count,
                    Channels = outputs,
                    Low = o.Low,
                    High = o.High,
                };
                _code.End(&step);
            }
        }
    }

    // The pieces of the packed weights.
    private readonly struct Packed(SparseConv conv, float* packed)
    {
        public readonly int* Starts = (int*)packed;
        public readonly uint* Rows = (uint*)packed + conv.Starts;
        public readonly float* Bias = packed + conv.Starts + conv.Rows;
        public readonly float* Values = packed + conv.Starts + conv.Rows + conv._shape.OutChannels;
        public readonly ushort* Offsets = (ushort*)(packed + conv.Starts + conv.Rows + conv._shape.OutChannels + conv.Values);
    }

    private struct PartJob : ISliceJob
    {
        public SparseConv Conv;
        public PixelOperands Operands;
        public byte* Memory;
        public int Parts;

        public readonly void Execute(int slice, int worker)
        {
            (int whole, int part) = Math.DivRem(slice, Parts);
            Conv.Part(Operands, whole, Conv._groups * part / Parts, Conv._groups * (part + 1) / Parts, Memory + worker * Conv.WorkerBytes);
        }
    }
}
