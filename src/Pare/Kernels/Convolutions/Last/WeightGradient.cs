using System.Collections.Immutable;
using Pare.Kernels.Products;
using Pare.Threading;

namespace Pare.Kernels.Convolutions.Last;

/// <summary>dw[o, c, tap] = sum over pixels p of x[p + tap, c] dy[p, o], fp32, channels last, any window and groups.</summary>
/// <remarks>
/// Rows of the product are the numbers that follow each other in x: the channels of a row of kernel positions. Padding is never read: the
/// pixels are cut into <see cref="PixelRegions"/>, each with the kernel positions that it sees. Slices are (image group, part of the output
/// channels); the sums of image groups are added in order, so results do not depend on threads.
/// </remarks>
internal sealed unsafe class WeightGradient
{
    private const int MostImageGroups = 16;
    private const int EnoughSlices = 8;
    private const int CacheFloats = 48 << 10;
    private const int LeastPixels = 96;
    private const int MostPixels = 2048;
    private const int MostStretches = 256;
    private const long LeastSliceWork = 1 << 19;
    private const long MostSums = 1 << 24;

    private readonly ConvShape _shape;
    private readonly GradientCode _code;
    private readonly ImmutableArray<PixelRegion> _regions;
    private readonly bool _merged;
    private readonly int _width, _vectors, _depth, _imageGroups, _parts, _chunkImages, _chunkRows;

    /// <summary>Decides how the work is cut.</summary>
    /// <exception cref="ArgumentException">The shape is not valid.</exception>
    public WeightGradient(in ConvShape shape, CpuFeatures cpu)
    {
        _shape = shape.Validate();
        _code = GradientCode.Of(cpu);
        _regions = PixelRegions.Of(shape);
        _merged = shape.Groups == 1 && shape.DilationX == 1;
        _vectors = Blocks.CeilDiv(shape.GroupOutChannels, _code.Lanes);
        _width = _vectors * _code.Lanes;
        _depth = shape.GroupChannels * shape.Taps;
        // x and the two vectors of dy that take turns stay in the second cache; fewer pixels would load the sums too often.
        int each = shape.Channels * shape.StrideX * shape.StrideY + Math.Min(shape.GroupOutChannels, 2 * _code.Lanes);
        int pixels = Math.Clamp(CacheFloats / each, LeastPixels, MostPixels);
        _chunkImages = Math.Clamp((pixels + pixels / 4) / (shape.OutHeight * shape.OutWidth), 1, shape.Batch);
        int chunks = Math.Max(1, (int)Math.Round((double)shape.OutHeight * shape.OutWidth / pixels));
        _chunkRows = _chunkImages > 1 ? shape.OutHeight : Blocks.CeilDiv(shape.OutHeight, chunks);
        long most = Math.Min(WorkWithPadding / LeastSliceWork, MostSums / SumFloats);
        _imageGroups = (int)Math.Clamp(most, 1, Math.Min(MostImageGroups, Blocks.CeilDiv(shape.Batch, _chunkImages)));
        _parts = Math.Clamp(EnoughSlices / _imageGroups, 1, shape.Groups * Blocks.CeilDiv(_vectors, 2));
        if (WorkWithPadding < 2 * LeastSliceWork) _parts = 1;
    }

    /// <summary>Multiply-adds with those of padded channels: what the time follows from.</summary>
    public long WorkWithPadding => (long)_shape.Batch * _shape.OutHeight * _shape.OutWidth * _depth * _width * _shape.Groups;

    /// <summary>Numbers of scratch memory.</summary>
    public long ScratchFloats => _imageGroups * SumFloats;

    // [group][tap][channel][width] for each image group.
    private long SumFloats => (long)_shape.Groups * _depth * _width;

    /// <summary>Computes dw.</summary>
    /// <param name="x">[Batch, Height, Width, Channels].</param>
    /// <param name="dy">[Batch, OutHeight, OutWidth, OutChannels].</param>
    /// <param name="dw">[OutChannels, Channels / Groups, KernelHeight, KernelWidth].</param>
    /// <param name="scratch">Room for <see cref="ScratchFloats"/>.</param>
    /// <param name="pool">Threads.</param>
    public void Run(float* x, float* dy, float* dw, float* scratch, WorkerPool pool)
    {
        var job = new SumJob { Owner = this, X = x, Dy = dy, Sums = scratch };
        pool.Run(_imageGroups * _parts, job);
        var fold = new FoldJob { Owner = this, Sums = scratch, Dw = dw };
        int slices = SumFloats * _imageGroups < 1 << 15 ? 1 : Math.Min(_shape.Groups * _shape.Taps, 16);
        fold.Slices = slices;
        pool.Run(slices, fold);
    }

    private void Sum(float* x, float* dy, float* sums, int slice)
    {
        (int imageGroup, int part) = Math.DivRem(slice, _parts);
        int first = (int)((long)_shape.Batch * imageGroup / _imageGroups), end = (int)((long)_shape.Batch * (imageGroup + 1) / _imageGroups);
        int pairs = Blocks.CeilDiv(_vectors, 2), panels = _shape.Groups * pairs;
        int firstPanel = (int)((long)panels * part / _parts), endPanel = (int)((long)panels * (part + 1) / _parts);
        sums += imageGroup * SumFloats;
        PixelStretch* stretches = stackalloc PixelStretch[MostStretches];
        GradientTile tile = new() { Places = stretches, Width = _width };
        for (int panel = firstPanel; panel < endPanel; panel++)
        {
            (int group, int pair) = Math.DivRem(panel, pairs);
            float* to = sums + (nint)group * _depth * _width + pair * 2 * _code.Lanes;
            int vectors = Math.Min(2, _vectors - 2 * pair);
            for (int row = 0; row < _depth; row++)
                new Span<float>(to + (nint)row * _width, vectors * _code.Lanes).Clear();
        }
        for (int image = first; image < end; image += _chunkImages)
        {
            for (int row = 0; row < _shape.OutHeight; row += _chunkRows)
            {
                Ahead next = row + _chunkRows < _shape.OutHeight ? Next(x, dy, image, row + _chunkRows, image + 1)
                    : image + _chunkImages < end ? Next(x, dy, image + _chunkImages, 0, Math.Min(end, image + 2 * _chunkImages)) : default;
                tile.Ahead = x;
                tile.AheadStep = 0;
                foreach (PixelRegion region in _regions)
                {
                    int top = Math.Max(region.Top, row), height = Math.Min(region.Top + region.Height, row + _chunkRows) - top;
                    if (height > 0)
                        Region(x, dy, sums, &tile, region with { Top = top, Height = height }, image, Math.Min(_chunkImages, end - image), firstPanel, endPanel, &next);
                }
            }
        }
    }

    // The pixels of a region in some images, as many stretches at a time as there is room for.
    private void Region(float* x, float* dy, float* sums, GradientTile* tile, in PixelRegion region, int image, int images, int firstPanel, int endPanel, Ahead* next)
    {
        nint column = (nint)_shape.StrideX * _shape.Channels, row = (nint)_shape.StrideY * _shape.Width * _shape.Channels, picture = (nint)_shape.Height * _shape.Width * _shape.Channels;
        nint outColumn = _shape.OutChannels, outRow = (nint)_shape.OutWidth * outColumn, outPicture = _shape.OutHeight * outRow;
        Axis a = new(region.Width, column, outColumn), b = new(region.Height, row, outRow), c = new(images, picture, outPicture);
        if (column * a.Count == row && outColumn * a.Count == outRow)
            (a, b) = (a with { Count = a.Count * b.Count }, b with { Count = 1 });
        // The longest axis is the inner one: borders are one column wide.
        if (b.Count > a.Count) (a, b) = (b, a);
        if (c.Count > a.Count) (a, c) = (c, a);
        (tile->SourceStep, tile->GradientStep) = (a.Source, a.Gradient);
        nint source = image * picture + ((nint)(region.Top * _shape.StrideY - _shape.PadTop) * _shape.Width + region.Left * _shape.StrideX - _shape.PadLeft) * _shape.Channels;
        nint gradient = image * outPicture + region.Top * outRow + region.Left * outColumn;
        PixelStretch* places = tile->Places;
        tile->Stretches = 0;
        for (int i = 0; i < c.Count; i++)
        {
            for (int j = 0; j < b.Count; j++)
            {
                places[tile->Stretches++] = new PixelStretch(source + i * c.Source + j * b.Source, gradient + i * c.Gradient + j * b.Gradient, a.Count);
                if (tile->Stretches < MostStretches && (i < c.Count - 1 || j < b.Count - 1)) continue;
                for (int panel = firstPanel; panel < endPanel; panel++)
                    Rows(x, dy, sums, tile, region, panel, next);
                tile->Stretches = 0;
            }
        }
    }

    private void Rows(float* x, float* dy, float* sums, GradientTile* tile, in PixelRegion region, int panel, Ahead* next)
    {
        (int group, int pair) = Math.DivRem(panel, Blocks.CeilDiv(_vectors, 2));
        int channel = pair * 2 * _code.Lanes, vectors = Math.Min(2, _vectors - 2 * pair), channels = _shape.GroupChannels;
        tile->Tail = Math.Min(2 * _code.Lanes, _shape.GroupOutChannels - channel) - (vectors - 1) * _code.Lanes;
        tile->Gradient = dy + (nint)group * _shape.GroupOutChannels + channel;
        float* source = x + (nint)group * channels;
        float* to = sums + (nint)group * _depth * _width + channel;
        for (int row = region.Rows.First; row < region.Rows.End; row++)
        {
            int columns = region.Columns.End - region.Columns.First;
            for (int column = region.Columns.First; column < region.Columns.End; column += _merged ? columns : 1)
            {
                nint offset = ((nint)row * _shape.DilationY * _shape.Width + (nint)column * _shape.DilationX) * _shape.Channels;
                nint first = (nint)(row * _shape.KernelWidth + column) * channels;
                int length = _merged ? columns * channels : channels, tiles = Blocks.CeilDiv(length, _code.MaxRows(vectors));
                for (int t = 0, done = 0; t < tiles; t++)
                {
                    int rows = (int)((long)length * (t + 1) / tiles) - done;
                    tile->Source = source + offset + done;
                    tile->Sums = to + (first + done) * _width;
                    next->Move(tile);
                    _code.Run(tile, rows, vectors);
                    done += rows;
                }
            }
        }
    }

    // Adds the image groups up, in order, and turns [group][tap][channel][o] into [o][channel][tap].
    private void Fold(float* sums, float* dw, int slice, int slices)
    {
        int blocks = _shape.Groups * _shape.Taps, channels = _shape.GroupChannels;
        for (int block = (int)((long)blocks * slice / slices); block < (int)((long)blocks * (slice + 1) / slices); block++)
        {
            (int group, int tap) = Math.DivRem(block, _shape.Taps);
            float* from = sums + (nint)block * channels * _width;
            for (int g = 1; g < _imageGroups; g++)
                Lanes.Add(from, from + g * (nint)SumFloats, channels * _width);
            float* to = dw + (nint)group * _shape.GroupOutChannels * _depth + tap;
            for (int o = 0; o < _shape.GroupOutChannels; o++)
            {
                for (int c = 0; c < channels; c++)
                    to[((nint)o * channels + c) * _shape.Taps] = from[(nint)c * _width + o];
            }
        }
    }

    // What the chunk after this one reads: whole rows of x and dy.
    private Ahead Next(float* x, float* dy, int image, int row, int endImage)
    {
        nint width = (nint)_shape.Width * _shape.Channels, outWidth = (nint)_shape.OutWidth * _shape.OutChannels;
        int firstRow = Math.Clamp(row * _shape.StrideY - _shape.PadTop, 0, _shape.Height);
        int rows = _chunkImages > 1 ? _shape.Height : Math.Min(_shape.Height - firstRow, _chunkRows * _shape.StrideY + _shape.KernelHeight);
        nint pictures = endImage - image - 1;
        return new Ahead
        {
            X = x + ((nint)image * _shape.Height + firstRow) * width,
            XEnd = x + ((image + pictures) * _shape.Height + firstRow + rows) * width,
            Dy = dy + ((nint)image * _shape.OutHeight + row) * outWidth,
            DyEnd = dy + ((image + pictures) * _shape.OutHeight + Math.Min(_shape.OutHeight, row + _chunkRows)) * outWidth,
        };
    }

    private struct Ahead
    {
        private const int Line = 16;

        public float* X;
        public float* XEnd;
        public float* Dy;
        public float* DyEnd;

        private float* _end;

        // First x, then dy, then nothing.
        public void Move(GradientTile* tile)
        {
            if (tile->AheadStep != 0 && tile->Ahead < _end)
                return;
            tile->AheadStep = X == null ? 0 : Line;
            if (X == null)
                return;
            tile->Ahead = X;
            _end = XEnd;
            X = Dy;
            XEnd = DyEnd;
            Dy = null;
        }
    }

    private readonly record struct Axis(int Count, nint Source, nint Gradient);

    private struct SumJob : ISliceJob
    {
        public WeightGradient Owner;
        public float* X;
        public float* Dy;
        public float* Sums;

        public readonly void Execute(int slice, int worker) => Owner.Sum(X, Dy, Sums, slice);
    }

    private struct FoldJob : ISliceJob
    {
        public WeightGradient Owner;
        public float* Sums;
        public float* Dw;
        public int Slices;

        public readonly void Execute(int slice, int worker) => Owner.Fold(Sums, Dw, slice, Slices);
    }
}
