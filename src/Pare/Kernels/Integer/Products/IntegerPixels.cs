using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Pare.Kernels.Bands;
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
    private const long WeightsToSplit = 128 << 10;

    private readonly IntegerInstructions _instructions;
    private readonly PixelStage _stage;
    private readonly nint[] _runs;
    private readonly int[] _offsets;
    private readonly int _runNumbers, _rowSlices, _panelSlices;
    private readonly PictureBands _bands;
    private readonly bool _inPlace;
    private readonly SortedSet<int> _expected = [];
    private IntegerCode? _code;

    /// <summary>Decides how the work is cut.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="picture">U8 or I8.</param>
    /// <param name="zero">The picture's zero point.</param>
    /// <param name="result">What is given.</param>
    /// <param name="instructions">What computes.</param>
    public IntegerPixels(in ConvShape shape, DType picture, int zero, IntegerResult result, IntegerInstructions instructions)
    {
        Shape = shape.Validate();
        Result = result;
        Range = new ByteRange(result);
        _instructions = instructions;
        _stage = new PixelStage(picture == DType.I8, zero, NumbersOfUnit == 2, instructions.ReadsSigned);
        Panels = Convolutions.Last.Panels.Of(shape.GroupOutChannels, instructions.Lanes, instructions.MaxVectors(shape));
        GroupWidth = Panels[^1].Start + Panels[^1].Width;
        _runNumbers = PictureBands.ReadsRows(shape) ? shape.KernelWidth * shape.Channels : shape.GroupChannels;
        UnitsOfRun = Blocks.RoundUp(Blocks.CeilDiv(_runNumbers, NumbersOfUnit), instructions.UnitsOfWord);
        bool unpadded = shape is { PadTop: 0, PadLeft: 0, PadBottom: 0, PadRight: 0 };
        // A copy is faster to read several times.
        _inPlace = Panels.Length * shape.Groups == 1 && NumbersOfUnit == 4 && picture == (instructions.ReadsSigned ? DType.I8 : DType.U8) && unpadded && _runNumbers == UnitsOfRun * NumbersOfUnit;
        _bands = new PictureBands(shape, _stage, _inPlace);
        (_runs, _offsets) = (_bands.Runs(), _bands.Offsets());
        int slices = (int)Math.Clamp(WorkWithPadding / SliceWork, 1, MostSlices), panels = Panels.Length * shape.Groups, rows = shape.Batch * shape.OutHeight;
        // Weights that are larger than the first cache are read once: slices share pixels, not weights.
        _panelSlices = PackedUnits * sizeof(int) > WeightsToSplit ? Math.Min(EnoughSlices, Math.Min(slices, panels)) : 1;
        _rowSlices = Math.Clamp(Blocks.CeilDiv(slices, _panelSlices), 1, Math.Clamp((int)((long)rows * shape.OutWidth / SlicePixels), 1, rows));
        if (_rowSlices == 1) _panelSlices = Math.Min(slices, panels);
    }

    /// <summary>The sizes.</summary>
    public ConvShape Shape { get; }

    /// <summary>What is given.</summary>
    public IntegerResult Result { get; }

    /// <summary>The same for vectors.</summary>
    public ByteRange Range { get; }

    /// <summary>The output channels of a group in parts.</summary>
    public ImmutableArray<Panel> Panels { get; }

    /// <summary>Output channels of a group, padded ones too.</summary>
    public int GroupWidth { get; }

    /// <summary>The same of all groups.</summary>
    public int Outputs => Shape.Groups * GroupWidth;

    /// <summary>Distances in bytes from the begin of a window to each of its runs.</summary>
    public ReadOnlySpan<nint> Runs => _runs;

    /// <summary>For each pixel of a band the distance of its window from that of the first, in bytes.</summary>
    public ReadOnlySpan<int> Offsets => _offsets;

    /// <summary>How many pixels are computed together in any slice, each number once, in order.</summary>
    public IReadOnlyCollection<int> Counts => _expected.Count > 0 ? _expected : _bands.Counts(_rowSlices);

    /// <summary>How often a run reads each weight.</summary>
    public int WeightReads => _rowSlices;

    /// <summary>Units of a run.</summary>
    public int UnitsOfRun { get; }

    /// <summary>4 bytes or 2 integers of 16 bits.</summary>
    public int NumbersOfUnit => _instructions.NumbersOfUnit;

    /// <summary>Units of a window.</summary>
    public int Depth => UnitsOfRun * _runs.Length;

    /// <summary>What computes.</summary>
    public IntegerInstructions Instructions => _instructions;

    /// <summary>Units of memory of a window's weights for one output channel.</summary>
    public int WordsOfWindow => Depth / _instructions.UnitsOfWord;

    /// <summary>Units of memory of the packed weights.</summary>
    public long PackedUnits => (long)Outputs * WordsOfWindow;

    /// <summary>What is in every number of the picture beside its value, as sums see it.</summary>
    public int ZeroInSums => _stage.Zero;

    /// <summary>All that packed weights depend on beside their order.</summary>
    public string Layout => $"integer {_instructions.Lanes} x {NumbersOfUnit}, {Shape.Groups} groups, {_runs.Length} runs{_instructions.Form}, panels of {Panels[0].Vectors}";

    /// <summary>Multiply-adds with those of padded channels and units.</summary>
    public double WorkWithPadding => (double)Shape.Batch * Shape.OutHeight * Shape.OutWidth * Outputs * Depth * NumbersOfUnit;

    /// <summary>Memory of a run on so many threads.</summary>
    public long ScratchBytes(int threads) => _bands.StageBytes * threads;

    /// <summary>Makes the code, once, before any run.</summary>
    public void Prepare() => _code ??= _instructions.Code(this);

    /// <summary>Predicted time of a run.</summary>
    public double Seconds(CpuFeatures cpu) => CostModel.Integer(
        WorkWithPadding / _instructions.Speed, (_inPlace ? 1 : 2 * _stage.NumberBytes) * (double)Shape.InputFloats + Shape.OutputFloats + PackedUnits * sizeof(int), NumbersOfUnit == 4, cpu);

    /// <summary>Computes y.</summary>
    public void Run(in IntegerOperands operands, WorkerPool pool) => pool.Run(_rowSlices * _panelSlices, new Job { Pixels = this, Operands = operands });

    /// <summary>Says that <see cref="RunRows"/> will be called instead of <see cref="Run"/>, before code is made.</summary>
    /// <param name="rows">Of how many rows.</param>
    public void Expect(IEnumerable<int> rows)
    {
        foreach (int count in rows)
            foreach (Band band in _bands.Of(0, new RowRange(0, count))) _expected.Add(band.Rows * Shape.OutWidth);
    }

    /// <summary>Computes rows of a picture's y on the calling thread.</summary>
    /// <param name="operands">What is read and written.</param>
    /// <param name="picture">Which picture.</param>
    /// <param name="rows">Which rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void RunRows(in IntegerOperands operands, int picture, RowRange rows)
    {
        foreach (Band band in _bands.Of(picture, rows)) Compute(operands, band, 0, Panels.Length * Shape.Groups, operands.Scratch);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Slice(in IntegerOperands o, int slice, byte* stage)
    {
        (int panelSlice, int rowSlice) = Math.DivRem(slice, _rowSlices);
        int panels = Panels.Length * Shape.Groups;
        int firstPanel = (int)((long)panels * panelSlice / _panelSlices), endPanel = (int)((long)panels * (panelSlice + 1) / _panelSlices);
        foreach (Band band in _bands.Slice(rowSlice, _rowSlices)) Compute(o, band, firstPanel, endPanel, stage);
    }

    private void Compute(in IntegerOperands o, in Band band, int firstPanel, int endPanel, byte* stage)
    {
        byte* source = _bands.Of(o.Source, band, stage), destination = _bands.ResultsOf(o.Destination, band, Shape.OutChannels);
        for (int panel = firstPanel; panel < endPanel; panel++)
            Panel(o, panel, source, destination, band.Rows * Shape.OutWidth);
    }

    private void Panel(in IntegerOperands o, int index, byte* source, byte* destination, int count)
    {
        (int group, index) = Math.DivRem(index, Panels.Length);
        Panel panel = Panels[index];
        nint place = (nint)group * GroupWidth + panel.Start;
        fixed (int* offsets = _offsets)
        {
            IntegerPanelRun run = new()
            {
                Source = source + (nint)group * Shape.GroupChannels * _stage.NumberBytes,
                Offsets = offsets,
                Destination = destination + (nint)group * Shape.GroupOutChannels + panel.Channel,
                Weights = o.Weights + place * WordsOfWindow,
                Start = o.Start + place,
                Factors = o.Factors + place,
                Count = count,
            };
            _code!.Run(panel, ref run);
        }
    }

    private struct Job : ISliceJob
    {
        public IntegerPixels Pixels;
        public IntegerOperands Operands;

        public readonly void Execute(int slice, int worker) => Pixels.Slice(Operands, slice, Operands.Scratch + worker * Pixels._bands.StageBytes);
    }
}
