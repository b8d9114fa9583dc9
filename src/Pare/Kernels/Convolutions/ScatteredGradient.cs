using System.Runtime.CompilerServices;
using Pare.Kernels.Products;
using Pare.Threading;

namespace Pare.Kernels.Convolutions;

/// <summary>dx as a product of turned weights with dy whose panels are at once added into a staged image (col2im without its matrix).</summary>
/// <remarks>
/// It does no multiplication for padding or skipped pixels, so it wins where the output is much smaller than the input: strides, unpadded
/// large kernels. Slices are (image, group, block of input channels). Sums run over output channels in a panel, then over panels of pixels;
/// as panels are as wide as the level's tiles, bits depend on the level, never on threads.
/// </remarks>
internal sealed unsafe class ScatteredGradient<TKernel> : IInputGradient where TKernel : struct, IMicroKernel
{
    private const int MostTileRows = 256;   // 32 KB of a tile of 32 columns
    private readonly ConvShape _shape;
    private readonly PlaneGeometry _g;
    private readonly Staging _staging;
    private readonly int _blockChannels;
    private readonly int _blocks;
    private readonly int _blockDepth;
    private readonly int[] _tapOffsets;

    /// <summary>Decides how the work is cut.</summary>
    public ScatteredGradient(in ConvShape shape)
    {
        _shape = shape;
        _g = PlaneGeometry.Forward(shape);
        _staging = new Staging(_g, _g.OutHeight, always: true);
        _blockChannels = Blocks.Even(_g.Channels, Math.Max(1, MostTileRows / _g.Taps), 1);
        _blocks = Blocks.CeilDiv(_g.Channels, _blockChannels);
        _blockDepth = Blocks.Even(_g.Rows, Blocks.MaxDepth, 4);
        _tapOffsets = GC.AllocateUninitializedArray<int>(_blockChannels * _g.Taps, pinned: true);
        for (int i = 0; i < _tapOffsets.Length; i++)
            _tapOffsets[i] = _staging.TapOffset(i / _g.Taps, i % _g.Taps / _g.KernelWidth, i % _g.KernelWidth);
    }

    private long StagedFloats => Blocks.RoundUp(_blockChannels * _staging.PlaneStride, 16);

    private long TileFloats => (long)_blockChannels * _g.Taps * TKernel.Columns;

    private long WorkerFloats =>
        StagedFloats + TileFloats + Blocks.RoundUp(_blockDepth * TKernel.Columns + Blocks.Slack + Sweep.EdgeFloats<TKernel>(), 16);

    private long PackedFloats => _shape.WeightFloats + Blocks.Slack;

    /// <inheritdoc/>
    public long ScratchBytes(int threads) => Scratch.Bytes(PackedFloats) + Scratch.Bytes(threads * WorkerFloats);

    /// <inheritdoc/>
    public void Run(float* outputGradient, float* weights, float* inputGradient, WorkerPool pool, byte* scratch)
    {
        Scratch pieces = new(scratch);
        Job job = new() { Owner = this, OutputGradient = outputGradient, Weights = weights, InputGradient = inputGradient };
        job.Packed = pieces.Take(PackedFloats);
        job.Workers = pieces.Take(pool.Threads * WorkerFloats);
        pool.Run(_shape.Groups * _blocks, SliceWork.Floats(2.0 * _shape.WeightFloats / _shape.Groups / _blocks), new PackJob { Job = job });
        pool.Run(_shape.Batch * _shape.Groups * _blocks, job);
    }

    private int Channels(int block) => Math.Min(_blockChannels, _g.Channels - block * _blockChannels);

    // Where the packed weights of a block of input channels begin: [group][block][row panel of (c, kh, kw)][o][height].
    private nint PackedStart(int group, int block) => ((nint)group * _g.Channels + block * _blockChannels) * _g.Taps * _g.Rows;

    private void Pack(in Job job, int slice)
    {
        (int group, int block) = Math.DivRem(slice, _blocks);
        int rows = Channels(block) * _g.Taps;
        RowPanels panels = new(rows, TKernel.MaxRows);
        float* from = job.Weights + (nint)group * _g.Rows * _g.Depth + (nint)block * _blockChannels * _g.Taps;
        float* to = job.Packed + PackedStart(group, block);
        for (int p = 0; p < panels.Count; p++)
            Packing.Rows(from + panels.Start(p), _g.Depth, transposed: true, panels.Height(p), _g.Rows, to + (nint)panels.Start(p) * _g.Rows);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunSlice(Job job, int slice, int worker)
    {
        (slice, int block) = Math.DivRem(slice, _blocks);
        (int image, int group) = Math.DivRem(slice, _shape.Groups);
        int channels = Channels(block), rows = channels * _g.Taps;
        float* staged = job.Workers + worker * WorkerFloats;
        float* tile = staged + StagedFloats;
        float* panel = tile + TileFloats;
        float* edge = panel + _blockDepth * TKernel.Columns + Blocks.Slack;
        float* gradient = job.OutputGradient + ((nint)image * _shape.OutChannels + group * _g.Rows) * _g.Pixels;
        new Span<float>(staged, channels * _staging.PlaneStride).Clear();
        Sweep sweep = new()
        {
            Panels = new RowPanels(rows, TKernel.MaxRows),
            Depth = _g.Rows,
            PackedA = job.Packed + PackedStart(group, block),
            C = tile,
            CStride = TKernel.Columns,
        };
        fixed (int* taps = _tapOffsets)
        {
            for (int pixel = 0; pixel < _g.Pixels; pixel += TKernel.Columns)
            {
                int valid = Math.Min(TKernel.Columns, _g.Pixels - pixel);
                for (int k = 0; k < _g.Rows; k += _blockDepth)
                {
                    int depth = Math.Min(_blockDepth, _g.Rows - k);
                    Packing.Columns(gradient + (nint)k * _g.Pixels + pixel, _g.Pixels, transposed: false, depth, valid, TKernel.Columns, panel);
                    sweep.Run<TKernel>(0, sweep.Panels.Count, k, depth, panel, 0, TKernel.Columns, edge);
                }
                Pixels(pixel, valid, out Gather gather);
                gather.Scatter(tile, TKernel.Columns, taps, rows, staged);
            }
        }
        nint plane = (nint)image * _shape.Channels + group * _g.Channels + block * _blockChannels;
        _staging.Drain(staged, channels, job.InputGradient + plane * _g.Height * _g.Width);
    }

    private void Pixels(int pixel, int valid, out Gather gather)
    {
        Gather.Begin(out gather);
        (int y, int x) = Math.DivRem(pixel, _g.OutWidth);
        for (int left = valid; left > 0; y++, x = 0)
        {
            int run = Math.Min(left, _g.OutWidth - x);
            gather.Add(y * _g.StrideY * _staging.RowStride + x, run);
            left -= run;
        }
    }

    private struct Job : ISliceJob
    {
        public ScatteredGradient<TKernel> Owner;
        public float* OutputGradient;
        public float* Weights;
        public float* InputGradient;
        public float* Packed;
        public float* Workers;

        public readonly void Execute(int slice, int worker) => Owner.RunSlice(this, slice, worker);
    }

    private struct PackJob : ISliceJob
    {
        public Job Job;

        public readonly void Execute(int slice, int worker) => Job.Owner.Pack(Job, slice);
    }
}
