using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Pare.Kernels.Products;
using Pare.Threading;

namespace Pare.Kernels.Convolutions.Last.Winograd;

/// <summary>y = clip(conv(x, w) + bias + residual), fp32, channels last, 3 x 3, stride 1, by one of Winograd's forms.</summary>
/// <remarks>
/// Per block of tiles: transform the picture into planes [plane][tile][channel], one for each number of a tile; multiply each plane by its
/// weights, [channel][output channel], which gives [tile][plane][output channel]; transform that back. Every sum adds the same terms in the same order whatever the threads are.
/// Made once per shape; runs allocate nothing and share the object.
/// </remarks>
internal sealed unsafe class WinogradConv
{
    private const int Padding = 16;            // keeps planes, and tiles, out of one another's cache sets
    private const double SliceWork = 5e5;      // multiply-adds that are worth a thread's while
    private const int SliceNumbers = 1 << 15;  // and transformed numbers

    private readonly ConvShape _shape;
    private readonly WinogradForm _form;
    private readonly PixelTiles _tiles;
    private readonly ImmutableArray<Panel> _panels;
    private readonly int _channels, _width;    // of the input and the output, padded to whole vectors
    private readonly nint _inputPlane, _productTile;

    /// <summary>Decides how the work is cut.</summary>
    /// <param name="shape">3 x 3, stride 1, dilation 1, one group.</param>
    /// <param name="size">Rows and columns of a tile of results, 2 or 4.</param>
    /// <param name="cpu">What the processor may be used for.</param>
    /// <exception cref="ArgumentException">The shape is another.</exception>
    public WinogradConv(in ConvShape shape, int size, CpuFeatures cpu)
    {
        if (!Fits(shape)) throw new ArgumentException($"Convolution {shape}: Winograd's forms need a 3 x 3 kernel, stride 1, dilation 1 and one group.", nameof(shape));
        _shape = shape.Validate();
        _form = WinogradForm.Of(size, cpu);
        _tiles = PixelTiles.Of(cpu);
        _panels = Panels.Of(shape.OutChannels, _tiles);
        _channels = Blocks.RoundUp(shape.Channels, _tiles.Lanes);
        _width = _panels[^1].Start + _panels[^1].Width;
        Cut = WinogradBlocks.Of(shape, _form, (long)_form.Planes * (_channels + _width) * sizeof(float), WeightFloats * sizeof(float));
        _inputPlane = (nint)Cut.MostTiles * _channels + Padding;
        _productTile = (nint)_form.Planes * _width + Padding;
    }

    /// <summary>How the tiles are cut.</summary>
    public WinogradBlocks Cut { get; }

    /// <summary>Numbers of the packed weights, the bias and the zeros behind them.</summary>
    public long PackedFloats => WeightFloats + _width + Zeros;

    /// <summary>The predicted time of a run.</summary>
    public double Seconds(CpuFeatures cpu)
    {
        double moved = (double)_form.Planes * Cut.Tiles * (_channels + _width);
        bool stays = WeightFloats * sizeof(float) < WinogradBlocks.CacheBytes;
        double read = WeightFloats * (stays ? 1 : (3 + Cut.Count) / 4.0);   // what is read again comes from nearer
        return CostModel.Winograd(WorkWithPadding, _form.Span * moved, read, _shape.InputFloats + _shape.OutputFloats, cpu);
    }

    /// <summary>Multiply-adds of the products, those of padded channels counted.</summary>
    public double WorkWithPadding => (double)_form.Planes * Cut.Tiles * _shape.Channels * _width;

    private long WeightFloats => (long)_form.Planes * _shape.Channels * _width;

    private int Zeros => Math.Max(_channels, _width);

    private long BlockFloats => _form.Planes * (long)_inputPlane + Cut.MostTiles * (long)_productTile;

    private int WorkFloats => _form.Planes * _tiles.Lanes;

    /// <summary>True for the convolutions that Winograd's forms can do.</summary>
    public static bool Fits(in ConvShape shape) =>
        shape is { KernelHeight: 3, KernelWidth: 3, StrideY: 1, StrideX: 1, DilationY: 1, DilationX: 1, Groups: 1 };

    /// <summary>Bytes of scratch for a run on so many threads.</summary>
    public long ScratchBytes(int threads) => Cut.ByThread
        ? threads * Scratch.Bytes(BlockFloats + WorkFloats)
        : Scratch.Bytes(BlockFloats) + threads * Scratch.Bytes(WorkFloats);

    /// <summary>Packs weights and bias.</summary>
    /// <param name="weights">[OutChannels, Channels, 3, 3].</param>
    /// <param name="bias">Null, or [OutChannels].</param>
    /// <param name="packed">Room for <see cref="PackedFloats"/>: [plane][panel][channel][width], the bias, zeros.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Pack(float* weights, float* bias, float* packed)
    {
        int channels = _shape.Channels, planes = _form.Planes;
        new Span<float>(packed + WeightFloats, _width + Zeros).Clear();
        // [plane][width] of one channel is gathered first: planes lie far apart, often in the same sets of every cache.
        int most = _panels.Max(p => p.Width);
        float* gathered = stackalloc float[planes * most];
        Span<float> numbers = stackalloc float[planes];
        foreach (Panel panel in _panels)
        {
            new Span<float>(gathered, planes * most).Clear();
            float* to = packed + (nint)panel.Start * channels;
            for (int c = 0; c < channels; c++, to += panel.Width)
            {
                for (int o = 0; o < panel.Channels; o++)
                {
                    _form.Weights(new ReadOnlySpan<float>(weights + ((nint)(panel.Channel + o) * channels + c) * 9, 9), numbers);
                    for (int plane = 0; plane < planes; plane++)
                        gathered[plane * most + o] = numbers[plane];
                }
                for (int plane = 0; plane < planes; plane++)
                    new Span<float>(gathered + plane * most, panel.Width).CopyTo(new Span<float>(to + (nint)plane * channels * _width, panel.Width));
            }
        }
        for (int o = 0; bias != null && o < _shape.OutChannels; o++)
            packed[WeightFloats + o] = bias[o];
    }

    /// <summary>Computes y.</summary>
    /// <param name="operands">What is read and written; the weights as <see cref="Pack"/> left them.</param>
    /// <param name="pool">Threads.</param>
    /// <param name="scratch">At least <see cref="ScratchBytes"/>.</param>
    public void Run(in PixelOperands operands, WorkerPool pool, byte* scratch)
    {
        if (Cut.ByThread)
        {
            pool.Run(Cut.Count, new BlockJob { Conv = this, Operands = operands, Memory = scratch });
            return;
        }
        for (int block = 0; block < Cut.Count; block++)
        {
            PartJob job = new() { Conv = this, Operands = operands, Memory = scratch, First = Cut.First(block), End = Cut.First(block + 1) };
            int tiles = job.End - job.First;
            job.Slices = Slices((long)tiles * _form.Planes * _channels / SliceNumbers, tiles);
            pool.Run(job.Slices, job);
            job.Part = Part.Products;
            job.Slices = ProductSlices(tiles);
            pool.Run(job.Slices, job);
            job.Part = Part.Output;
            job.Slices = Slices((long)tiles * _form.Planes * _width / SliceNumbers, tiles);
            pool.Run(job.Slices, job);
        }
    }

    private static int Slices(long wanted, int most) => (int)Math.Clamp(wanted, 1, most);

    private int ProductSlices(int tiles) => Slices((long)((double)_form.Planes * tiles * _shape.Channels * _width / SliceWork), _form.Planes);

    private enum Part { Input, Products, Output }

    // Transforms tiles first to end of a block that begins at another.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Input(in PixelOperands o, float* area, float* work, int begin, int first, int end)
    {
        float** pixels = stackalloc float*[36];
        WinogradSource tile = new() { Pixels = pixels, Channels = _shape.Channels, Plane = _inputPlane, Work = work };
        for (int index = first; index < end; index++)
        {
            (int picture, int row, int column) = Place(index);
            float* x = o.Source + (nint)picture * _shape.Height * _shape.Width * _shape.Channels;
            Point(x, o.Weights + WeightFloats + _width, row * _form.Size - _shape.PadTop, column * _form.Size - _shape.PadLeft, pixels);
            tile.Transformed = area + (nint)(index - begin) * _channels;
            _form.Input(&tile);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Point(float* x, float* zeros, int top, int left, float** pixels)
    {
        int span = _form.Span, height = _shape.Height, width = _shape.Width, channels = _shape.Channels;
        bool inside = top >= 0 && left >= 0 && top + span <= height && left + span <= width;
        for (int i = 0; i < span; i++, pixels += span)
        {
            int row = top + i;
            float* from = x + ((nint)row * width + left) * channels;
            for (int j = 0; j < span; j++, from += channels)
                pixels[j] = inside || ((uint)row < (uint)height && (uint)(left + j) < (uint)width) ? from : zeros;
        }
    }

    // products[tile][plane][o] = sum over c of transformed[plane][tile][c] weights[plane][c][o], for the tiles of a block.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Products(in PixelOperands o, float* area, int tiles, int firstPlane, int endPlane)
    {
        float** rows = stackalloc float*[PixelTiles.MostRows];
        nint* places = stackalloc nint[PixelTiles.MostRows];
        for (int i = 0; i < PixelTiles.MostRows; i++)
            places[i] = (nint)i * _productTile;
        PixelRun all = new(0, 0);
        PixelTile tile = new()
        {
            Pixels = rows,
            Runs = &all,
            RunCount = 1,
            Length = _shape.Channels,
            Places = places,
            Start = o.Weights + WeightFloats + _width,
            Tail = _tiles.Lanes,
        };
        float* products = area + _form.Planes * _inputPlane;
        for (int plane = firstPlane; plane < endPlane; plane++)
        {
            foreach (Panel panel in _panels)
            {
                tile.Weights = o.Weights + ((nint)plane * _width + panel.Start) * _shape.Channels;
                float* from = area + plane * _inputPlane, to = products + (nint)plane * _width + panel.Start;
                int strips = Blocks.CeilDiv(tiles, _tiles.MaxRows(panel.Vectors)), done = 0;
                for (int strip = 0; strip < strips; strip++)
                {
                    int count = (int)((long)tiles * (strip + 1) / strips) - done;
                    for (int i = 0; i < count; i++)
                        rows[i] = from + (nint)(done + i) * _channels;
                    tile.Destination = to + done * _productTile;
                    _tiles.Code(panel.Vectors, count)(&tile);
                    done += count;
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Output(in PixelOperands o, float* area, float* work, int begin, int first, int end)
    {
        WinogradResult tile = new()
        {
            Plane = _width,
            Work = work,
            Bias = o.Weights + WeightFloats,
            RowStep = (nint)_shape.OutWidth * o.ResultStep,
            PixelStep = o.ResultStep,
            Channels = _shape.OutChannels,
            Clip = o.Clip,
            Low = o.Low,
            High = o.High,
        };
        float* products = area + _form.Planes * _inputPlane;
        for (int index = first; index < end; index++)
        {
            (int picture, int row, int column) = Place(index);
            int top = row * _form.Size, left = column * _form.Size;
            nint at = (((nint)picture * _shape.OutHeight + top) * _shape.OutWidth + left) * o.ResultStep;
            tile.Products = products + (nint)(index - begin) * _productTile;
            tile.Destination = o.Destination + at;
            tile.Residual = o.Residual == null ? null : o.Residual + at;
            tile.Rows = Math.Min(_form.Size, _shape.OutHeight - top);
            tile.Columns = Math.Min(_form.Size, _shape.OutWidth - left);
            _form.Output(&tile);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private (int Picture, int Row, int Column) Place(int tile)
    {
        (int row, int column) = Math.DivRem(tile, Cut.TileColumns);
        (int picture, row) = Math.DivRem(row, Cut.TileRows);
        return (picture, row, column);
    }

    private struct BlockJob : ISliceJob
    {
        public WinogradConv Conv;
        public PixelOperands Operands;
        public byte* Memory;

        public readonly void Execute(int slice, int worker)
        {
            Scratch pieces = new(Memory + worker * Scratch.Bytes(Conv.BlockFloats + Conv.WorkFloats));
            float* work = pieces.Take(Conv.WorkFloats), area = pieces.Take(Conv.BlockFloats);
            int first = Conv.Cut.First(slice), end = Conv.Cut.First(slice + 1);
            Conv.Input(Operands, area, work, first, first, end);
            Conv.Products(Operands, area, end - first, 0, Conv._form.Planes);
            Conv.Output(Operands, area, work, first, first, end);
        }
    }

    // One of the three steps of a block that all threads share.
    private struct PartJob : ISliceJob
    {
        public WinogradConv Conv;
        public PixelOperands Operands;
        public byte* Memory;
        public Part Part;
        public int First;
        public int End;
        public int Slices;

        public readonly void Execute(int slice, int worker)
        {
            Scratch pieces = new(Memory);
            float* area = pieces.Take(Conv.BlockFloats);
            pieces = new(Memory + Scratch.Bytes(Conv.BlockFloats) + worker * Scratch.Bytes(Conv.WorkFloats));
            float* work = pieces.Take(Conv.WorkFloats);
            int count = Part == Part.Products ? Conv._form.Planes : End - First;
            int from = (int)((long)count * slice / Slices), to = (int)((long)count * (slice + 1) / Slices);
            switch (Part)
            {
                case Part.Input: Conv.Input(Operands, area, work, First, First + from, First + to); break;
                case Part.Products: Conv.Products(Operands, area, End - First, from, to); break;
                default: Conv.Output(Operands, area, work, First, First + from, First + to); break;
            }
        }
    }
}
