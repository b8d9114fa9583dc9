using System.Runtime.CompilerServices;
using Pare.Kernels.Products;
using Pare.Threading;

namespace Pare.Kernels.Convolutions;

/// <summary>dw as an implicit product: rows are output channels, columns are (kh, kw, c), k runs over pixels and images.</summary>
/// <remarks>
/// The image is staged with channels last, [image, y, x, c], so that the taps of a pixel are runs of consecutive numbers and nothing need be
/// transposed but the image itself, once. Slices are (image group, channel group, block of columns).
/// </remarks>
internal sealed unsafe class ImplicitWeightGradient<TKernel> : ConvWeightGradient where TKernel : struct, IMicroKernel
{
    private const int MostImageGroups = 16;
    private const int EnoughSlices = 8;
    private const long MostPartialFloats = 1 << 24;
    private const long LeastSliceWork = 1 << 17;

    private readonly int _imageGroups;
    private readonly int _columnBlocks;
    private readonly int _chunkImages;
    private readonly int _chunkPixels;
    private readonly int _stagedRows;
    private readonly int _rowStride;
    private readonly int _columnStride;
    private readonly RowPanels _panels;

    /// <summary>Decides how the work is cut.</summary>
    public ImplicitWeightGradient(in ConvShape shape) : base(shape)
    {
        int pixels = shape.OutHeight * shape.OutWidth;
        _panels = new RowPanels(shape.GroupOutChannels, TKernel.MaxRows);
        _columnStride = Blocks.RoundUp(ColumnCount, TKernel.Columns);
        _chunkImages = Math.Clamp(Blocks.MaxDepth / pixels, 1, shape.Batch);
        _chunkPixels = Blocks.Even(pixels, Blocks.MaxDepth, 1);
        int outRows = Math.Min(shape.OutHeight, (_chunkPixels + shape.OutWidth - 2) / shape.OutWidth + 1);
        _stagedRows = (outRows - 1) * shape.StrideY + (shape.KernelHeight - 1) * shape.DilationY + 1;
        _rowStride = ((shape.OutWidth - 1) * shape.StrideX + (shape.KernelWidth - 1) * shape.DilationX + 1) * shape.GroupChannels;

        long work = shape.MultiplyAdds, partial = (long)shape.OutChannels * _columnStride;
        int most = Math.Min(MostImageGroups, Blocks.CeilDiv(shape.Batch, _chunkImages));
        _imageGroups = (int)Math.Clamp(Math.Min(work / LeastSliceWork, MostPartialFloats / partial), 1, most);
        int wanted = (int)Math.Min(EnoughSlices, work / LeastSliceWork);
        _columnBlocks = Math.Clamp(Blocks.CeilDiv(wanted, _imageGroups * shape.Groups), 1, _columnStride / TKernel.Columns);
    }

    private int ColumnCount => Shape.GroupChannels * Shape.Taps;

    private int ChunkDepth => _chunkImages * _chunkPixels;

    private int StagedFloats => Blocks.RoundUp(_chunkImages * _stagedRows * _rowStride + Blocks.Slack, 16);

    private int PackedFloats => Blocks.RoundUp(Shape.GroupOutChannels * ChunkDepth + Blocks.Slack, 16);

    private int PanelFloats => Blocks.RoundUp(ChunkDepth * TKernel.Columns + Blocks.Slack, 16);

    private long WorkerFloats => StagedFloats + PackedFloats + PanelFloats + Sweep.EdgeFloats<TKernel>() + Blocks.RoundUp(ChunkDepth, 16);

    private long PartialFloats => (long)Shape.OutChannels * _columnStride;

    /// <inheritdoc/>
    public override long ScratchBytes(int threads) => Scratch.Bytes(_imageGroups * PartialFloats) + Scratch.Bytes(threads * WorkerFloats);

    /// <inheritdoc/>
    public override void Run(float* input, float* outputGradient, float* weightGradient, WorkerPool pool, byte* scratch)
    {
        Scratch pieces = new(scratch);
        Job job = new() { Owner = this, Input = input, OutputGradient = outputGradient, WeightGradient = weightGradient };
        job.Partials = pieces.Take(_imageGroups * PartialFloats);
        job.Workers = pieces.Take(pool.Threads * WorkerFloats);
        pool.Run(_imageGroups * Shape.Groups * _columnBlocks, job);
        pool.Run(Shape.OutChannels, SliceWork.Floats((double)_imageGroups * Shape.WeightFloats / Shape.OutChannels), new FoldJob { Job = job });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunSlice(Job job, int slice, int worker)
    {
        (slice, int columnBlock) = Math.DivRem(slice, _columnBlocks);
        (int imageGroup, int group) = Math.DivRem(slice, Shape.Groups);
        int columnPanels = _columnStride / TKernel.Columns, pixels = Shape.OutHeight * Shape.OutWidth;
        int firstColumn = (int)((long)columnPanels * columnBlock / _columnBlocks) * TKernel.Columns;
        int endColumn = (int)((long)columnPanels * (columnBlock + 1) / _columnBlocks) * TKernel.Columns;
        int firstImage = (int)((long)Shape.Batch * imageGroup / _imageGroups), endImage = (int)((long)Shape.Batch * (imageGroup + 1) / _imageGroups);

        float* staged = job.Workers + worker * WorkerFloats;
        float* packed = staged + StagedFloats;
        float* panel = packed + PackedFloats;
        float* edge = panel + PanelFloats;
        int* offsets = (int*)(edge + Sweep.EdgeFloats<TKernel>());
        Sweep sweep = new()
        {
            Panels = _panels,
            PackedA = packed,
            C = job.Partials + imageGroup * PartialFloats + (nint)group * Shape.GroupOutChannels * _columnStride,
            CStride = _columnStride,
        };
        for (int image = firstImage; image < endImage; image += _chunkImages)
        {
            int images = Math.Min(_chunkImages, endImage - image);
            for (int pixel = 0; pixel < pixels; pixel += _chunkPixels)
            {
                int count = Math.Min(_chunkPixels, pixels - pixel);
                sweep.Depth = images * count;
                Stage(job.Input, image, images, group, pixel, count, staged, offsets);
                PackGradient(job.OutputGradient, image, images, group, pixel, count, packed);
                for (int column = firstColumn; column < endColumn; column += TKernel.Columns)
                {
                    int valid = Math.Min(TKernel.Columns, ColumnCount - column);
                    PackTaps(staged, offsets, sweep.Depth, column, valid, panel);
                    int padded = valid <= TKernel.Columns / 2 ? TKernel.Columns / 2 : TKernel.Columns;   // partial rows have room for whole tiles
                    sweep.Run<TKernel>(0, _panels.Count, 0, sweep.Depth, panel, column, padded, edge);
                }
                sweep.Accumulate = true;
            }
        }
    }

    // src x [image, c, y, x] -> staged [image, row, x, c] with padding written out; offsets[k]: where pixel k begins to read
    private void Stage(float* input, int image, int images, int group, int pixel, int count, float* staged, int* offsets)
    {
        int firstRow = pixel / Shape.OutWidth, channels = Shape.GroupChannels;
        int rows = ((pixel + count - 1) / Shape.OutWidth - firstRow) * Shape.StrideY + (Shape.KernelHeight - 1) * Shape.DilationY + 1;
        nint planeSize = (nint)Shape.Height * Shape.Width;
        for (int i = 0; i < images; i++)
        {
            float* source = input + ((nint)(image + i) * Shape.Channels + group * channels) * planeSize;
            int start = i * _stagedRows * _rowStride;
            for (int r = 0; r < rows; r++)
                StageRow(source, planeSize, firstRow * Shape.StrideY + r - Shape.PadTop, staged + start + r * _rowStride);
            (int y, int x) = Math.DivRem(pixel, Shape.OutWidth);
            for (int k = 0; k < count; k++)
            {
                offsets[i * count + k] = start + (y - firstRow) * Shape.StrideY * _rowStride + x * Shape.StrideX * channels;
                if (++x == Shape.OutWidth)
                    (y, x) = (y + 1, 0);
            }
        }
    }

    private void StageRow(float* source, nint planeSize, int y, float* to)
    {
        int channels = Shape.GroupChannels;
        if (y < 0 || y >= Shape.Height)
        {
            new Span<float>(to, _rowStride).Clear();
            return;
        }
        int end = Math.Min(_rowStride / channels, Shape.Width + Shape.PadLeft), left = Math.Min(Shape.PadLeft, end);
        for (int i = 0; i < left * channels; i++)
            to[i] = 0;
        if (channels == 1)
            new Span<float>(source + (nint)y * Shape.Width, end - left).CopyTo(new Span<float>(to + left, end - left));
        else
            Transposer.Run(source + (nint)y * Shape.Width, planeSize, channels, end - left, to + left * channels, channels);
        for (int i = end * channels; i < _rowStride; i++)
            to[i] = 0;
    }

    // src dy [image, o, pixel] -> dst [row panel][image, pixel][height]
    private void PackGradient(float* outputGradient, int image, int images, int group, int pixel, int count, float* packed)
    {
        int pixels = Shape.OutHeight * Shape.OutWidth, depth = images * count;
        for (int i = 0; i < images; i++)
        {
            float* source = outputGradient + ((nint)(image + i) * Shape.OutChannels + group * Shape.GroupOutChannels) * pixels + pixel;
            for (int p = 0; p < _panels.Count; p++)
            {
                (int row, int height) = (_panels.Start(p), _panels.Height(p));
                Transposer.Run(source + (nint)row * pixels, pixels, height, count, packed + (nint)row * depth + (nint)i * count * height, height);
            }
        }
    }

    private void PackTaps(float* staged, int* offsets, int depth, int column, int valid, float* panel)
    {
        Gather.Begin(out Gather gather);
        int channels = Shape.GroupChannels;
        int run = Shape.DilationX == 1 ? Shape.KernelWidth * channels : channels;
        for (int left = valid; left > 0;)
        {
            (int tap, int c) = Math.DivRem(column, channels);
            (int kh, int kw) = Math.DivRem(tap, Shape.KernelWidth);
            int length = Math.Min(left, run - column % run);
            gather.Add(kh * Shape.DilationY * _rowStride + kw * Shape.DilationX * channels + c, length);
            (left, column) = (left - length, column + length);
        }
        gather.Run(staged, offsets, depth, panel, TKernel.Columns, slack: true);
    }

    // dw[o, c, kh, kw] = sum over image groups of partial[o, (kh, kw, c)], in order
    private void Fold(Job job, int row)
    {
        float* sums = job.Partials + (nint)row * _columnStride;
        for (int g = 1; g < _imageGroups; g++)
            Lanes.Add(sums, sums + g * PartialFloats, _columnStride);
        float* to = job.WeightGradient + (nint)row * ColumnCount;
        for (int c = 0; c < Shape.GroupChannels; c++)
        {
            for (int tap = 0; tap < Shape.Taps; tap++)
                *to++ = sums[tap * Shape.GroupChannels + c];
        }
    }

    private struct Job : ISliceJob
    {
        public ImplicitWeightGradient<TKernel> Owner;
        public float* Input;
        public float* OutputGradient;
        public float* WeightGradient;
        public float* Partials;
        public float* Workers;

        public readonly void Execute(int slice, int worker) => Owner.RunSlice(this, slice, worker);
    }

    private struct FoldJob : ISliceJob
    {
        public Job Job;

        public readonly void Execute(int slice, int worker) => Job.Owner.Fold(Job, slice);
    }
}
