using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Pare.Kernels.Convolutions;
using Pare.Kernels.Convolutions.Last;
using Pare.Kernels.Products;
using Pare.Operators;
using Pare.Threading;

namespace Pare.Kernels.Integer.Products;

/// <summary>What a run of <see cref="IntegerPixels"/> reads and writes.</summary>
internal unsafe struct IntegerOperands
{
    /// <summary>[Batch, Height, Width, Channels].</summary>
    public byte* Source;

    /// <summary>[Batch, OutHeight, OutWidth, OutChannels].</summary>
    public byte* Destination;

    /// <summary>As <see cref="IntegerWeights"/> packed them.</summary>
    public int* Weights;

    /// <summary>For each packed output channel what its sum begins with.</summary>
    public int* Start;

    /// <summary>For each packed output channel its factor.</summary>
    public float* Factors;

    /// <summary><see cref="IntegerPixels.ScratchBytes"/>.</summary>
    public byte* Scratch;
}

/// <summary>Convolutions of bytes with channels last, any window and groups, and products of matrices as convolutions of one pixel wide: vectors run over output channels.</summary>
/// <remarks>
/// Bands of output rows: the rows of the picture that a band sees are copied beside their padding, unless they can be read where they lie;
/// then, for each panel of output channels, tiles of pixels. With AVX-VNNI a unit is four bytes, elsewhere two integers of 16 bits less the
/// zero point. Sums are exact, so every processor and thread count gives the same integers. Made once per shape; runs allocate nothing.
/// </remarks>
internal sealed unsafe class IntegerPixels
{
    private const double SliceWork = 2e6;
    private const int MostSlices = 32;
    private const int EnoughSlices = 8;
    private const int SlicePixels = 48;
    private const int MostLanes = 16;
    private const long WeightsToSplit = 128 << 10;

    private readonly IntegerTiles _tiles;
    private readonly PixelStage _stage;
    private readonly nint[] _runs;
    private readonly ByteRange _range;
    private readonly int _runNumbers, _rowSlices, _panelSlices;
    private readonly PictureBands _bands;
    private readonly bool _inPlace;

    /// <summary>Decides how the work is cut.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="picture">U8 or I8.</param>
    /// <param name="zero">The picture's zero point.</param>
    /// <param name="weights">I8 or I16.</param>
    /// <param name="result">What is given.</param>
    /// <param name="cpu">What may be used.</param>
    public IntegerPixels(in ConvShape shape, DType picture, int zero, DType weights, IntegerResult result, CpuFeatures cpu)
    {
        Shape = shape.Validate();
        _range = new ByteRange(result);
        _tiles = IntegerTiles.Of(cpu, weights == DType.I8);
        _stage = new PixelStage(picture == DType.I8, zero, NumbersOfUnit == 2);
        Panels = Convolutions.Last.Panels.Of(shape.GroupOutChannels, _tiles.Lanes, IntegerTiles.MaxVectors);
        GroupWidth = Panels[^1].Start + Panels[^1].Width;
        bool wholeRows = shape.Groups == 1 && shape.DilationX == 1;
        _runNumbers = wholeRows ? shape.KernelWidth * shape.Channels : shape.GroupChannels;
        UnitsOfRun = Blocks.CeilDiv(_runNumbers, NumbersOfUnit);
        bool unpadded = shape is { PadTop: 0, PadLeft: 0, PadBottom: 0, PadRight: 0 };
        // A copy is faster to read several times.
        _inPlace = Panels.Length * shape.Groups == 1 && NumbersOfUnit == 4 && picture == DType.U8 && unpadded && _runNumbers % NumbersOfUnit == 0;
        _bands = new PictureBands(shape, _stage, _inPlace);
        _runs = [.. RunOffsets(wholeRows)];
        int slices = (int)Math.Clamp(WorkWithPadding / SliceWork, 1, MostSlices), panels = Panels.Length * shape.Groups, rows = shape.Batch * shape.OutHeight;
        // Weights that are larger than the first cache are read once: slices share pixels, not weights.
        _panelSlices = PackedUnits * sizeof(int) > WeightsToSplit ? Math.Min(EnoughSlices, Math.Min(slices, panels)) : 1;
        _rowSlices = Math.Clamp(Blocks.CeilDiv(slices, _panelSlices), 1, Math.Clamp((int)((long)rows * shape.OutWidth / SlicePixels), 1, rows));
        if (_rowSlices == 1) _panelSlices = Math.Min(slices, panels);
    }

    /// <summary>The sizes.</summary>
    public ConvShape Shape { get; }

    /// <summary>The output channels of a group in parts.</summary>
    public ImmutableArray<Panel> Panels { get; }

    /// <summary>Output channels of a group, padded ones too.</summary>
    public int GroupWidth { get; }

    /// <summary>The same of all groups.</summary>
    public int Outputs => Shape.Groups * GroupWidth;

    /// <summary>Distances in bytes from the begin of a window to each of its runs.</summary>
    public ReadOnlySpan<nint> Runs => _runs;

    /// <summary>Units of a run.</summary>
    public int UnitsOfRun { get; }

    /// <summary>4 bytes or 2 integers of 16 bits.</summary>
    public int NumbersOfUnit => _tiles.NumbersOfUnit;

    /// <summary>Units of a window.</summary>
    public int Depth => UnitsOfRun * _runs.Length;

    /// <summary>Units of the packed weights.</summary>
    public long PackedUnits => (long)Outputs * Depth;

    /// <summary>What is in every number of the picture beside its value, as sums see it.</summary>
    public int ZeroInSums => _stage.Zero;

    /// <summary>All that packed weights depend on beside their order.</summary>
    public string Layout => $"integer {_tiles.Lanes} x {NumbersOfUnit}, {Shape.Groups} groups, {_runs.Length} runs";

    /// <summary>Multiply-adds with those of padded channels and units.</summary>
    public double WorkWithPadding => (double)Shape.Batch * Shape.OutHeight * Shape.OutWidth * PackedUnits * NumbersOfUnit;

    /// <summary>Memory of a run on so many threads.</summary>
    public long ScratchBytes(int threads) => _bands.StageBytes * threads;

    /// <summary>Predicted time of a run.</summary>
    public double Seconds(CpuFeatures cpu) => CostModel.Integer(
        WorkWithPadding, (_inPlace ? 1 : 2 * _stage.NumberBytes) * (double)Shape.InputFloats + Shape.OutputFloats + PackedUnits * sizeof(int), NumbersOfUnit == 4, cpu);

    /// <summary>Computes y.</summary>
    public void Run(in IntegerOperands operands, WorkerPool pool) => pool.Run(_rowSlices * _panelSlices, new Job { Pixels = this, Operands = operands });

    private int RowBytes => _bands.RowBytes;

    private IEnumerable<nint> RunOffsets(bool wholeRows)
    {
        for (int row = 0; row < Shape.KernelHeight; row++)
        {
            nint start = (nint)row * Shape.DilationY * RowBytes;
            for (int column = 0; column < (wholeRows ? 1 : Shape.KernelWidth); column++)
                yield return start + column * Shape.DilationX * Shape.Channels * _stage.NumberBytes;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Slice(in IntegerOperands o, int slice, byte* stage)
    {
        (int panelSlice, int rowSlice) = Math.DivRem(slice, _rowSlices);
        int rows = Shape.Batch * Shape.OutHeight, panels = Panels.Length * Shape.Groups;
        int end = (int)((long)rows * (rowSlice + 1) / _rowSlices), count;
        int firstPanel = (int)((long)panels * panelSlice / _panelSlices), endPanel = (int)((long)panels * (panelSlice + 1) / _panelSlices);
        for (int row = (int)((long)rows * rowSlice / _rowSlices); row < end; row += count)
        {
            (int picture, int top) = Math.DivRem(row, Shape.OutHeight);
            count = Math.Min(_bands.Most, Math.Min(end - row, Shape.OutHeight - top));
            byte* source = _bands.Of(o.Source, picture, top, count, stage);
            byte* destination = o.Destination + (nint)row * Shape.OutWidth * Shape.OutChannels;
            for (int panel = firstPanel; panel < endPanel; panel++)
                Panel(o, panel, source, destination, count * Shape.OutWidth);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Panel(in IntegerOperands o, int index, byte* source, byte* destination, int count)
    {
        (int group, index) = Math.DivRem(index, Panels.Length);
        Panel panel = Panels[index];
        byte** pixels = stackalloc byte*[IntegerTile.MostRows];
        byte* aside = stackalloc byte[IntegerTile.MostRows * IntegerTiles.MaxVectors * MostLanes];    // where a panel's last vector has padded channels
        nint place = (nint)group * GroupWidth + panel.Start, columnStep = (nint)Shape.StrideX * Shape.Channels * _stage.NumberBytes, rowStep = (nint)Shape.StrideY * RowBytes;
        fixed (nint* runs = _runs)
        {
            IntegerTile tile = new()
            {
                Pixels = pixels,
                Runs = runs,
                RunCount = _runs.Length,
                Length = UnitsOfRun * IntegerTile.Unit,
                Weights = o.Weights + place * Depth,
                Start = o.Start + place,
                Factors = o.Factors + place,
                Range = _range,
            };
            bool isWhole = panel.Channels == panel.Width;
            byte* to = destination + (nint)group * Shape.GroupOutChannels + panel.Channel;
            tile.Destination = isWhole ? to : aside;
            tile.Step = isWhole ? Shape.OutChannels : panel.Width;
            int strips = Blocks.CeilDiv(count, _tiles.MaxRows(panel.Vectors)), column = 0, done = 0;
            byte* row = source + (nint)group * Shape.GroupChannels * _stage.NumberBytes, pixel = row;
            for (int strip = 0; strip < strips; strip++)
            {
                int some = (int)((long)count * (strip + 1) / strips) - done;
                for (int i = 0; i < some; i++)
                {
                    pixels[i] = pixel;
                    pixel += columnStep;
                    if (++column < Shape.OutWidth) continue;
                    column = 0;
                    row += rowStep;
                    pixel = row;
                }
                _tiles.Code(panel.Vectors, some)(&tile);
                done += some;
                if (isWhole) tile.Destination += some * tile.Step;
                else to = Part(aside, panel.Width, panel.Channels, some, to);
            }
        }
    }

    private byte* Part(byte* from, int width, int channels, int rows, byte* to)
    {
        for (; rows > 0; rows--, from += width, to += Shape.OutChannels)
        {
            for (int i = 0; i < channels; i++)
                to[i] = from[i];
        }
        return to;
    }

    private struct Job : ISliceJob
    {
        public IntegerPixels Pixels;
        public IntegerOperands Operands;

        public readonly void Execute(int slice, int worker) => Pixels.Slice(Operands, slice, Operands.Scratch + worker * Pixels._bands.StageBytes);
    }
}
