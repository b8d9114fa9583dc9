using System.Runtime.CompilerServices;
using Pare.Kernels.Products;
using Pare.Threading;

namespace Pare.Kernels.Convolutions;

/// <summary>Where an implicit product reads and writes.</summary>
internal unsafe struct ImplicitOperands
{
    /// <summary>[Batch, Groups * Channels, Height, Width].</summary>
    public float* Source;

    /// <summary>[Batch, Groups * Rows, OutHeight, OutWidth].</summary>
    public float* Destination;

    /// <summary>Per group, the weights [Rows, Channels * Taps] packed in row panels.</summary>
    public float* PackedWeights;

    /// <summary>Null, or [Groups * Rows].</summary>
    public float* Bias;

    /// <summary>Whether results are clipped to [Low, High].</summary>
    public bool Clip;

    /// <summary>The lower bound when clipping.</summary>
    public float Low;

    /// <summary>The upper bound when clipping.</summary>
    public float High;
}

/// <summary>A convolution as matrix products whose right operand is packed straight from the image: the im2col matrix never exists.</summary>
/// <remarks>
/// Slices are (image, group, block of pixels, block of output channels). In a slice: for each block of input channels, stage its rows,
/// then pack one panel of pixels at a time and sweep the weights over it. Sums run over (c, kh, kw) ascending, as in <see cref="Tile"/>.
/// </remarks>
internal sealed unsafe class ImplicitProduct<TKernel> : IImplicitProduct where TKernel : struct, IMicroKernel
{
    private const int LeastPixels = 512;
    private const int EnoughSlices = 8;
    private const long LeastSliceWork = 1 << 17;

    private readonly PlaneGeometry _g;
    private readonly int _batch;
    private readonly int _groups;
    private readonly int _blockChannels;
    private readonly int _blockPixels;
    private readonly int _pixelBlocks;
    private readonly int _rowBlocks;
    private readonly RowPanels _panels;
    private readonly Staging _staging;
    private readonly int[] _tapOffsets;     // [blockChannels, kernelHeight, kernelWidth]

    /// <summary>Decides how the work is cut.</summary>
    public ImplicitProduct(in PlaneGeometry geometry, int batch, int groups)
    {
        (_g, _batch, _groups) = (geometry, batch, groups);
        _panels = new RowPanels(geometry.Rows, TKernel.MaxRows);
        _blockChannels = Blocks.Even(geometry.Channels, Math.Max(1, Blocks.MaxDepth / geometry.Taps), 1);
        long work = (long)geometry.Rows * geometry.Depth * geometry.Pixels;
        int wanted = (int)Math.Min(EnoughSlices, batch * groups * work / LeastSliceWork);
        int most = Math.Max(LeastPixels, Blocks.RoundUp(4 * geometry.OutWidth, TKernel.Columns));
        // Too few images: cut thinner, but while weights are many rather their rows, for each block of pixels reads all weights of its rows.
        int least = _panels.Count >= 2 * EnoughSlices ? Math.Min(most, LeastPixels / 2) : TKernel.Columns;
        int spread = Blocks.CeilDiv(geometry.Pixels, Math.Max(1, Blocks.CeilDiv(wanted, batch * groups)));
        _blockPixels = Blocks.Even(geometry.Pixels, Math.Clamp(spread, least, most), TKernel.Columns);
        _pixelBlocks = Blocks.CeilDiv(geometry.Pixels, _blockPixels);
        _rowBlocks = Math.Clamp(Blocks.CeilDiv(wanted, batch * groups * _pixelBlocks), 1, _panels.Count);
        int outRows = Math.Min(geometry.OutHeight, (_blockPixels + geometry.OutWidth - 2) / geometry.OutWidth + 1);
        _staging = new Staging(geometry, outRows);
        _tapOffsets = GC.AllocateUninitializedArray<int>(_blockChannels * geometry.Taps, pinned: true);
        for (int c = 0, i = 0; c < _blockChannels; c++)
        {
            for (int kh = 0; kh < geometry.KernelHeight; kh++)
            {
                for (int kw = 0; kw < geometry.KernelWidth; kw++)
                    _tapOffsets[i++] = _staging.TapOffset(c, kh, kw);
            }
        }
    }

    private int StagedFloats => _staging.IsNeeded ? Blocks.RoundUp(_blockChannels * _staging.PlaneStride + Blocks.Slack, 16) : 0;

    private long WorkerFloats =>
        StagedFloats + ((long)_blockChannels * _g.Taps * TKernel.Columns + Sweep.EdgeFloats<TKernel>() + 2 * Blocks.Slack + 15 & ~15L);

    /// <summary>Numbers of the packed weights of all groups, slack included.</summary>
    public long PackedFloats => (long)_groups * _g.Rows * _g.Depth + Blocks.Slack;

    /// <summary>Bytes of scratch for a run.</summary>
    public long ScratchBytes(int threads) =>
        Scratch.Bytes((long)_groups * _g.Rows * TKernel.Columns) + Scratch.Bytes(threads * WorkerFloats);

    /// <summary>The row panels of the packed weights of a group.</summary>
    public RowPanels Panels => _panels;

    /// <summary>Computes all images and groups.</summary>
    public void Run(in ImplicitOperands operands, WorkerPool pool, byte* scratch)
    {
        Scratch pieces = new(scratch);
        float* biasTiles = null;
        if (operands.Bias != null)
        {
            biasTiles = pieces.Take((long)_groups * _g.Rows * TKernel.Columns);
            Sweep.SpreadRowBias<TKernel>(operands.Bias, _groups * _g.Rows, biasTiles);
        }
        float* workers = pieces.Take(pool.Threads * WorkerFloats);
        pool.Run(_batch * _groups * _pixelBlocks * _rowBlocks, new Job { Owner = this, Operands = operands, BiasTiles = biasTiles, Workers = workers });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunSlice(Job job, int slice, int worker)
    {
        (slice, int rowBlock) = Math.DivRem(slice, _rowBlocks);
        (slice, int pixelBlock) = Math.DivRem(slice, _pixelBlocks);
        (int image, int group) = Math.DivRem(slice, _groups);
        int firstPanel = (int)((long)_panels.Count * rowBlock / _rowBlocks), endPanel = (int)((long)_panels.Count * (rowBlock + 1) / _rowBlocks);
        int firstPixel = pixelBlock * _blockPixels, endPixel = Math.Min(_g.Pixels, firstPixel + _blockPixels);
        int firstRow = firstPixel / _g.OutWidth, outRows = (endPixel - 1) / _g.OutWidth - firstRow + 1;
        long plane = (long)image * _groups + group;

        float* source = job.Operands.Source + plane * _g.Channels * _g.Height * _g.Width;
        float* staged = job.Workers + worker * WorkerFloats;
        float* panel = staged + StagedFloats;
        float* edge = panel + (nint)_blockChannels * _g.Taps * TKernel.Columns + Blocks.Slack;
        Sweep sweep = new()
        {
            Panels = _panels,
            Depth = _g.Depth,
            PackedA = job.Operands.PackedWeights + (nint)group * _g.Rows * _g.Depth,
            C = job.Operands.Destination + plane * _g.Rows * _g.Pixels,
            CStride = _g.Pixels,
            RowBiasTiles = job.BiasTiles == null ? null : job.BiasTiles + (nint)group * _g.Rows * TKernel.Columns,
            Clip = job.Operands.Clip,
            Low = job.Operands.Low,
            High = job.Operands.High,
        };
        fixed (int* taps = _tapOffsets)
        {
            for (int channel = 0; channel < _g.Channels; channel += _blockChannels)
            {
                int channels = Math.Min(_blockChannels, _g.Channels - channel);
                float* from = source + (nint)channel * _g.Height * _g.Width;
                if (_staging.IsNeeded)
                    _staging.Fill(from, channels, firstRow * _g.StrideY, _g.RowsRead(outRows), staged);
                else
                    from += (nint)firstRow * _g.StrideY * _staging.RowStride;
                for (int pixel = firstPixel; pixel < endPixel; pixel += TKernel.Columns)
                {
                    int valid = Math.Min(TKernel.Columns, endPixel - pixel);
                    PackPixels(_staging.IsNeeded ? staged : from, taps, channels * _g.Taps, firstRow, pixel, valid, panel);
                    sweep.Run<TKernel>(firstPanel, endPanel, channel * _g.Taps, channels * _g.Taps, panel, pixel, valid, edge);
                }
            }
        }
    }

    private void PackPixels(float* from, int* taps, int depth, int firstRow, int pixel, int valid, float* panel)
    {
        Gather.Begin(out Gather gather);
        (int y, int x) = Math.DivRem(pixel, _g.OutWidth);
        for (int left = valid; left > 0; y++, x = 0)
        {
            int run = Math.Min(left, _g.OutWidth - x);
            gather.Add((y - firstRow) * _g.StrideY * _staging.RowStride + x, run);
            left -= run;
        }
        gather.Run(from, taps, depth, panel, TKernel.Columns, slack: _staging.IsNeeded);
    }

    private struct Job : ISliceJob
    {
        public ImplicitProduct<TKernel> Owner;
        public ImplicitOperands Operands;
        public float* BiasTiles;
        public float* Workers;

        public readonly void Execute(int slice, int worker) => Owner.RunSlice(this, slice, worker);
    }
}
