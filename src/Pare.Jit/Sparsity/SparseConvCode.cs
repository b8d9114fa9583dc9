using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Versioning;
using Pare.Jit.Memory;
using Pare.Kernels;
using Pare.Kernels.Convolutions;
using Pare.Kernels.Integer.Products;
using Pare.Kernels.Products;
using Pare.Operators;
using Pare.Threading;

namespace Pare.Jit.Sparsity;

/// <summary>A convolution of bytes with channels last whose weights are mostly zeros: vectors run over pixels, and four weights that are all 0 cost nothing.</summary>
/// <remarks>
/// The picture is transposed once to planes of units, with its padding. Then for each tile of pixels and each block of the window: the units that
/// the block sees are copied to where vectors are aligned and stay in the first cache, and the emitted code runs over the weights of each output
/// channel. Sums are exact, so threads do not matter.
/// </remarks>
[SupportedOSPlatform("linux")]
internal sealed unsafe class SparseConvCode : PlannedKernel
{
    private const double UnitsPerSecond = 3e9, CopiesPerSecond = 2.5e9;     // of vectors
    private const double SecondsOfOddPixel = 6e-9;                            // channels that are not whole units
    private const int RowsOfSlice = 4;

    private readonly SparseLayout _layout;
    private readonly KernelQuery _query;
    private readonly PixelStage _stage;
    private readonly SparseResults _results;
    private readonly int _units, _outputs;
    private readonly int[] _places;             // for each place of a picture its result's pixel; -1: none
    private readonly int[] _unitOffsets;        // for each unit of the window where its pixels begin in the planes
    private SparseWeights? _weights;
    private PackedFloats? _ends;                // what sums begin with, then factors
    private MachineFunctions? _function;

    /// <summary>Decides how the work is cut.</summary>
    /// <param name="layout">The convolution.</param>
    /// <param name="units">Units of weights that are not all 0.</param>
    /// <param name="query">The node.</param>
    /// <param name="op">Its operator.</param>
    public SparseConvCode(SparseLayout layout, int units, KernelQuery query, IntegerConv op)
    {
        (_layout, _units, _query) = (layout, units, query);
        _stage = new PixelStage(query.Inputs[0]!.DType == DType.I8, op.Zero, widens: false);
        _results = new SparseResults(op.Result);
        _outputs = Blocks.RoundUp(layout.Shape.OutChannels, SparseResults.Size);
        int width = layout.PlaneWidth, taps = layout.Shape.Taps;
        _places = [.. Enumerable.Range(0, layout.Tiles * layout.SumsOfOutput).Select(
            p => p % width < layout.Shape.OutWidth && p / width < layout.Shape.OutHeight ? p / width * layout.Shape.OutWidth + p % width : -1)];
        _unitOffsets = [.. Enumerable.Range(0, layout.Quads * taps).Select(u => u / taps * layout.Planes * layout.PlaneUnits + layout.OffsetOf(u % taps))];
    }

    /// <inheritdoc/>
    public override long PackedBytes => PackedFloats.BytesOf(SparseWeights.Numbers(_layout, _units)) + PackedFloats.BytesOf(2L * _outputs);

    /// <inheritdoc/>
    public override long ScratchBytes => Scratch.Bytes(_layout.AllUnits) + _query.Threads * WorkerBytes;

    /// <inheritdoc/>
    public override double Seconds
    {
        get
        {
            ConvShape s = _layout.Shape;
            double vectors = (double)s.Batch * _layout.Tiles * _layout.Vectors, odd = s.Channels % SparseLayout.ChannelsOfUnit == 0 ? 0 : s.InputFloats / s.Channels;
            double work = vectors * _units / UnitsPerSecond + vectors * _unitOffsets.Length * _layout.Groups / CopiesPerSecond + odd * SecondsOfOddPixel;
            return CostModel.Work(work, s.InputFloats + 2 * s.OutputFloats, launches: 2);
        }
    }

    private int StageUnits => _layout.PlaneWidth * _layout.Shape.StrideX * _layout.Quads;

    private long SumNumbers => (long)(Blocks.CeilDiv(_layout.Shape.OutChannels, _layout.Groups) + 2 * SparseResults.Size) * _layout.SumsOfOutput;

    private long WorkerBytes => Math.Max(Scratch.Bytes(StageUnits), Scratch.Bytes(_layout.TileBytes / sizeof(float)) + Scratch.Bytes(SumNumbers));

    /// <inheritdoc/>
    public override void Pack()
    {
        _function = MachineFunctions.Of(SparseEmitter.Emit(_layout.Vectors));
        _weights = new SparseWeights(_layout, _units, _query);
        _ends = new PackedFloats(2L * _outputs);
        new Span<float>(_ends.Floats, 2 * _outputs).Clear();
        ReadOnlySpan<sbyte> weights = _query.Constant(1)!.As<sbyte>();
        ReadOnlySpan<int> bias = _query.Constant(2) is { } known ? known.As<int>() : [];
        ReadOnlySpan<float> factors = _query.Constant(3)!.Floats;
        int window = _layout.Shape.Channels * _layout.Shape.Taps;
        for (int output = 0; output < _layout.Shape.OutChannels; output++)
        {
            int sum = 0;
            foreach (sbyte weight in weights.Slice(output * window, window)) sum += weight;
            ((int*)_ends.Floats)[output] = unchecked((bias.IsEmpty ? 0 : bias[output]) - _stage.Zero * sum);
            _ends.Floats[_outputs + output] = factors[factors.Length == 1 ? 0 : output];
        }
    }

    /// <inheritdoc/>
    public override void Run(in KernelArguments arguments)
    {
        fixed (byte* x = arguments.Inputs[0]!.Bytes, y = arguments.Outputs[0].Bytes, scratch = arguments.Scratch)
        {
            var pieces = new Scratch(scratch);
            float* planes = pieces.Take(_layout.AllUnits);
            byte* rest = scratch + Scratch.Bytes(_layout.AllUnits);
            ConvShape s = _layout.Shape;
            for (int picture = 0; picture < s.Batch; picture++)
            {
                byte* source = x + (nint)picture * s.Height * s.Width * s.Channels, destination = y + (nint)picture * s.OutHeight * s.OutWidth * s.OutChannels;
                arguments.Pool.Run(Blocks.CeilDiv(_layout.SeenRows, RowsOfSlice), new PlaneJob { Owner = this, Source = source, Planes = planes, Scratch = rest });
                arguments.Pool.Run(_layout.Tiles * _layout.Groups, new TileJob { Owner = this, Planes = planes, Destination = destination, Scratch = rest });
            }
        }
    }

    // A row of the padded picture, whole units of zero points beside it, to the planes that hold it.
    private void Row(byte* source, float* planes, int row, byte* scratch)
    {
        ConvShape s = _layout.Shape;
        int quads = _layout.Quads, pixelBytes = quads * SparseLayout.ChannelsOfUnit, width = _layout.PlaneWidth * s.StrideX, from = row - s.PadTop;
        byte* stage = (byte*)new Scratch(scratch).Take(StageUnits);
        int left = Math.Min(s.PadLeft, width), inside = from < 0 || from >= s.Height ? 0 : Math.Clamp(width - left, 0, s.Width);
        if (inside == 0) left = width;
        _stage.Fill(stage, left * pixelBytes);
        byte* at = source + (nint)from * s.Width * s.Channels;
        if (pixelBytes == s.Channels)
        {
            if (inside > 0) _stage.Copy(at, stage + left * pixelBytes, inside * pixelBytes);
        }
        else
        {
            for (int pixel = 0; pixel < inside; pixel++) _stage.Copy(at + pixel * s.Channels, stage + (left + pixel) * pixelBytes, s.Channels);
        }
        _stage.Fill(stage + (left + inside) * pixelBytes, (width - left - inside) * pixelBytes);
        for (int column = 0; column < s.StrideX; column++)
        {
            int plane = _layout.PlaneOf(row, column);
            if (plane < 0) continue;
            float* to = planes + (nint)plane * _layout.PlaneUnits + row / s.StrideY * _layout.PlaneWidth;
            Transposer.Run((float*)stage + column * quads, s.StrideX * quads, _layout.PlaneWidth, quads, to, (nint)_layout.Planes * _layout.PlaneUnits);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Tile(float* planes, byte* destination, int tile, int group, byte* scratch)
    {
        var pieces = new Scratch(scratch);
        byte* area = (byte*)pieces.Take(_layout.TileBytes / sizeof(float));
        var sums = (int*)pieces.Take(SumNumbers);
        int first = _layout.FirstOutput(group), end = _layout.FirstOutput(group + 1), each = _layout.SumsOfOutput;
        for (int output = first; output < end; output++)
            new Span<int>(sums + (nint)(output - first) * each, each).Fill(((int*)_ends!.Floats)[output]);
        for (int block = 0; block < _layout.BlockCount; block++)
        {
            Copy(planes + (nint)tile * each, block, area);
            SparseRun run = new()
            {
                Area = area,
                Rows = _weights!.Rows(block, group),
                Values = _weights.Values(block, group),
                Offsets = _weights.Offsets(block, group),
                Sums = sums,
                Outputs = end - first,
            };
            _function!.Call(0, &run);
        }
        Finish(sums, destination, tile, first, end);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Copy(float* planes, int block, byte* area)
    {
        if (!Vector512.IsHardwareAccelerated) throw new PlatformNotSupportedException();
        int end = Math.Min((block + 1) * _layout.UnitsOfBlock, _unitOffsets.Length);
        var to = (float*)area;
        for (int unit = block * _layout.UnitsOfBlock; unit < end; unit++)
        {
            float* from = planes + _unitOffsets[unit];
            for (int i = 0; i < _layout.SumsOfOutput; i += SparseLayout.Lanes, to += SparseLayout.Lanes)
                Vector512.Load(from + i).Store(to);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Finish(int* sums, byte* destination, int tile, int first, int end)
    {
        int each = _layout.SumsOfOutput, channels = _layout.Shape.OutChannels;
        byte* bytes = stackalloc byte[SparseResults.Size * SparseResults.Size];
        fixed (int* places = _places)
        {
            for (int vector = 0; vector < _layout.Vectors; vector++)
            {
                int* place = places + tile * each + vector * SparseLayout.Lanes;
                for (int output = first; output < end; output += SparseResults.Size)
                {
                    _results.Run(sums + (nint)(output - first) * each + vector * SparseLayout.Lanes, each, _ends!.Floats + _outputs + output, bytes);
                    int some = Math.Min(SparseResults.Size, end - output);
                    for (int pixel = 0; pixel < SparseResults.Size; pixel++)
                    {
                        if (place[pixel] < 0) continue;
                        byte* to = destination + (nint)place[pixel] * channels + output;
                        if (some == SparseResults.Size) Vector128.Load(bytes + pixel * SparseResults.Size).Store(to);
                        else Unsafe.CopyBlockUnaligned(to, bytes + pixel * SparseResults.Size, (uint)some);
                    }
                }
            }
        }
    }

    private struct PlaneJob : ISliceJob
    {
        public SparseConvCode Owner;
        public byte* Source;
        public float* Planes;
        public byte* Scratch;

        public readonly void Execute(int slice, int worker)
        {
            int end = Math.Min((slice + 1) * RowsOfSlice, Owner._layout.SeenRows);
            for (int row = slice * RowsOfSlice; row < end; row++) Owner.Row(Source, Planes, row, Scratch + worker * Owner.WorkerBytes);
        }
    }

    private struct TileJob : ISliceJob
    {
        public SparseConvCode Owner;
        public float* Planes;
        public byte* Destination;
        public byte* Scratch;

        public readonly void Execute(int slice, int worker)
        {
            (int tile, int group) = Math.DivRem(slice, Owner._layout.Groups);
            Owner.Tile(Planes, Destination, tile, group, Scratch + worker * Owner.WorkerBytes);
        }
    }
}
