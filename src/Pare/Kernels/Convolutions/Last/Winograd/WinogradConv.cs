using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Pare.Kernels.Products;
using Pare.Threading;

namespace Pare.Kernels.Convolutions.Last.Winograd;

/// <summary>y = clip(conv(x, w) + bias + residual), fp32, channels last, 3 x 3, stride 1, by one of Winograd's forms.</summary>
/// <remarks>
/// Per block of tiles: transform the picture into planes [plane][vector of channels][tile][lanes], one for each number of a tile; multiply each plane by
/// its weights, [channel][output channel], which gives [tile][plane][output channel]; transform that back. Every sum adds the same terms in the same order whatever the threads are.
/// Made once per shape; runs allocate nothing and share the object.
/// </remarks>
internal sealed unsafe partial class WinogradConv
{
    private const int Padding = 16;            // keeps planes, and tiles, out of one another's cache sets
    private const double LittleWork = 4e6;     // multiply-adds: a thread that is held up costs less than values that change threads
    private const double SliceWork = 5e5;      // multiply-adds that are worth a thread's while
    private const int SliceNumbers = 1 << 15;  // and transformed numbers

    private readonly ConvShape _shape;
    private readonly WinogradForm _form;
    private readonly WinogradStrips _strips;
    private readonly ImmutableArray<Panel> _panels;
    private readonly int _lanes, _channels, _width, _vectors;    // channels of the input and the output are padded to whole vectors
    private readonly nint _inputPlane, _productTile;
    private readonly WinogradBlocks _alone;                      // the cut for one thread

    /// <summary>Decides how the work is cut.</summary>
    /// <param name="shape">3 x 3, stride 1, dilation 1, one group.</param>
    /// <param name="size">Rows and columns of a tile of results, 2 or 4.</param>
    /// <param name="cpu">What the processor may be used for.</param>
    /// <param name="threads">Threads of a run, at most.</param>
    /// <exception cref="ArgumentException">The shape is another.</exception>
    public WinogradConv(in ConvShape shape, int size, CpuFeatures cpu, int threads)
    {
        if (!Fits(shape)) throw new ArgumentException($"Convolution {shape}: Winograd's forms need a 3 x 3 kernel, stride 1, dilation 1 and one group.", nameof(shape));
        _shape = shape.Validate();
        _form = WinogradForm.Of(size, cpu);
        _strips = WinogradStrips.Of(cpu);
        var tiles = PixelTiles.Of(cpu);
        _lanes = tiles.Lanes;
        _panels = Panels.Of(shape.OutChannels, tiles);
        _channels = Blocks.RoundUp(shape.Channels, _lanes);
        _width = _panels[^1].Start + _panels[^1].Width;
        _vectors = _width / _lanes;
        _alone = WinogradBlocks.Of(shape, _form, (long)_form.Planes * (_channels + _width) * sizeof(float), WeightFloats * sizeof(float));
        Cut = _alone.Among(threads, _vectors, WorkWithPadding);
        _inputPlane = (nint)Cut.MostTiles * _channels + Padding;
        _productTile = (nint)_form.Planes * _width + Padding;
    }

    /// <summary>How the tiles are cut.</summary>
    public WinogradBlocks Cut { get; }

    /// <summary>Numbers of the packed weights, the bias and the zeros behind them.</summary>
    public long PackedFloats => WeightFloats + _width + Zeros;

    /// <summary>The predicted time of a run.</summary>
    public double Seconds(KernelQuery query)
    {
        bool stays = WeightFloats * sizeof(float) < WinogradBlocks.CacheBytes;
        return Seconds(query, WeightFloats * (stays ? 1 : (3 + _alone.Count) / 4.0));   // what is read again comes from nearer
    }

    private double Seconds(KernelQuery query, double read)
    {
        double moved = (double)_form.Planes * _alone.Tiles * (_channels + _width);
        return CostModel.Winograd(WorkWithPadding, _form.Span * moved, read, _shape.InputFloats + _shape.OutputFloats, query);
    }

    /// <summary>Multiply-adds of the products, those of padded channels counted.</summary>
    public double WorkWithPadding => (double)_form.Planes * _alone.Tiles * _shape.Channels * _width;

    private long WeightFloats => (long)_form.Planes * _shape.Channels * _width;

    private int Zeros => Math.Max(_form.Span * _channels, _width);

    private long BlockFloats => _form.Planes * (long)_inputPlane + Cut.MostTiles * (long)_productTile;

    private int WorkFloats => _form.Planes * _lanes;

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
    /// <param name="operands">What is read and written; the weights as <see cref="Pack"/> left them, or with a decoder bias and zeros alone.</param>
    /// <param name="pool">Threads.</param>
    /// <param name="scratch">At least <see cref="ScratchBytes"/>, with a decoder <see cref="DecodedScratchBytes"/>.</param>
    /// <param name="threads">For how many threads that is.</param>
    public void Run(in PixelOperands operands, WorkerPool pool, byte* scratch, int threads)
    {
        float* bias = operands.Decoder is null ? operands.Weights + WeightFloats : operands.Weights;
        if (Cut.ByThread)
        {
            BlockJob blocks = new() { Conv = this, Operands = operands, Bias = bias, Memory = scratch };
            if (operands.Decoder is not null) blocks.Operands.Weights = TransformAll(operands, pool, scratch, threads);
            if (WorkWithPadding < LittleWork)
                pool.RunEven(Cut.Count * Cut.Parts, blocks);
            else
                pool.Run(Cut.Count * Cut.Parts, blocks);
            return;
        }
        for (int block = 0; block < Cut.Count; block++)
        {
            PartJob job = new() { Conv = this, Operands = operands, Bias = bias, Memory = scratch, Own = scratch + ScratchBytes(threads), First = Cut.First(block), End = Cut.First(block + 1) };
            int tiles = job.End - job.First;
            job.Slices = Slices((long)tiles * _form.Planes * _channels / SliceNumbers, tiles);
            pool.Run(job.Slices, job);
            job.Part = Part.Products;
            job.Slices = operands.Decoder is null ? ProductSlices(tiles) : _panels.Length;
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
    private void Input(in PixelOperands o, float* zeros, float* area, float* work, int begin, int first, int end)
    {
        int span = _form.Span, height = _shape.Height, width = _shape.Width, channels = _shape.Channels;
        float** rows = stackalloc float*[6];
        WinogradSource tile = new() { Rows = rows, Channels = channels, Plane = _inputPlane, Chunk = (nint)Cut.MostTiles * _lanes, Work = work };
        (int picture, int row, int column) = Place(first);
        for (int index = first; index < end; index++)
        {
            int top = row * _form.Size - _shape.PadTop, left = column * _form.Size - _shape.PadLeft;
            tile.First = Math.Max(0, -left);
            tile.End = Math.Min(span, width - left);
            float* from = o.Source + (((nint)picture * height + top) * width + left) * channels;
            for (int i = 0; i < span; i++, from += (nint)width * channels)
                rows[i] = (uint)(top + i) < (uint)height ? from : zeros;
            tile.Transformed = area + (nint)(index - begin) * _lanes;
            _form.Input(&tile);
            if (++column < Cut.TileColumns) continue;
            column = 0;
            if (++row < Cut.TileRows) continue;
            row = 0;
            picture++;
        }
    }

    // products[tile][plane][o] = sum over c of transformed[plane][c / lanes][tile][c % lanes] weights[plane][c][o], for the tiles of a block and some vectors of o.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Products(in PixelOperands o, float* area, int tiles, int firstPlane, int endPlane, int firstVector, int endVector)
    {
        WinogradStrip strip = new() { ChunkStep = (nint)Cut.MostTiles * _lanes, Channels = _shape.Channels, TileStep = _productTile };
        float* products = area + _form.Planes * _inputPlane;
        nint planeStep = PlaneStep(o.Decoder is not null);
        foreach (Panel panel in _panels)
        {
            int start = panel.Start / _lanes, from = Math.Max(start, firstVector), vectors = Math.Min(start + panel.Vectors, endVector) - from;
            if (vectors <= 0) continue;
            int strips = Blocks.CeilDiv(tiles, _strips.MaxTiles(vectors));
            strip.WeightStep = panel.Width;
            for (int plane = firstPlane; plane < endPlane; plane++)
            {
                strip.Weights = o.Weights + plane * planeStep + (nint)panel.Start * _shape.Channels + (from - start) * _lanes;
                float* source = area + plane * _inputPlane, to = products + (nint)plane * _width + from * _lanes;
                for (int i = 0, done = 0; i < strips; i++)
                {
                    int count = (tiles - done) / (strips - i);
                    strip.Source = source + (nint)done * _lanes;
                    strip.Destination = to + done * _productTile;
                    _strips.Code(vectors, count)(&strip);
                    done += count;
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Output(in PixelOperands o, float* bias, float* area, float* work, int begin, int first, int end, int firstVector, int endVector)
    {
        int channel = firstVector * _lanes;
        WinogradResult tile = new()
        {
            Plane = _width,
            Work = work,
            Bias = bias + channel,
            RowStep = (nint)_shape.OutWidth * o.ResultStep,
            PixelStep = o.ResultStep,
            Channels = Math.Min(_shape.OutChannels, endVector * _lanes) - channel,
            Clip = o.Clip,
            Low = o.Low,
            High = o.High,
        };
        float* products = area + _form.Planes * _inputPlane + channel;
        (int picture, int row, int column) = Place(first);
        for (int index = first; index < end; index++)
        {
            int top = row * _form.Size, left = column * _form.Size;
            nint at = (((nint)picture * _shape.OutHeight + top) * _shape.OutWidth + left) * o.ResultStep + channel;
            tile.Products = products + (nint)(index - begin) * _productTile;
            tile.Destination = o.Destination + at;
            tile.Residual = o.Residual == null ? null : o.Residual + at;
            tile.Rows = Math.Min(_form.Size, _shape.OutHeight - top);
            tile.Columns = Math.Min(_form.Size, _shape.OutWidth - left);
            _form.Output(&tile);
            if (++column < Cut.TileColumns) continue;
            column = 0;
            if (++row < Cut.TileRows) continue;
            row = 0;
            picture++;
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
        public float* Bias;
        public byte* Memory;

        public readonly void Execute(int slice, int worker)
        {
            Scratch pieces = new(Memory + worker * Scratch.Bytes(Conv.BlockFloats + Conv.WorkFloats));
            float* work = pieces.Take(Conv.WorkFloats), area = pieces.Take(Conv.BlockFloats);
            (int block, int part) = Math.DivRem(slice, Conv.Cut.Parts);
            int first = Conv.Cut.First(block), end = Conv.Cut.First(block + 1);
            int firstVector = Conv._vectors * part / Conv.Cut.Parts, endVector = Conv._vectors * (part + 1) / Conv.Cut.Parts;
            Conv.Input(Operands, Bias + Conv._width, area, work, first, first, end);
            Conv.Products(Operands, area, end - first, 0, Conv._form.Planes, firstVector, endVector);
            Conv.Output(Operands, Bias, area, work, first, first, end, firstVector, endVector);
        }
    }

    // One of the three steps of a block that all threads share.
    private struct PartJob : ISliceJob
    {
        public WinogradConv Conv;
        public PixelOperands Operands;
        public float* Bias;
        public byte* Memory;
        public byte* Own;      // for decoded weights
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
            if (Part == Part.Products && Operands.Decoder is not null)
            {
                Scratch own = new(Own + worker * Scratch.Bytes(Conv.TapFloats + Conv.ChunkFloats));
                float* taps = own.Take(Conv.TapFloats);
                Conv.DecodedProducts(Operands, area, End - First, slice, taps, own.Take(Conv.ChunkFloats));
                return;
            }
            int count = Part == Part.Products ? Conv._form.Planes : End - First;
            int from = (int)((long)count * slice / Slices), to = (int)((long)count * (slice + 1) / Slices);
            switch (Part)
            {
                case Part.Input: Conv.Input(Operands, Bias + Conv._width, area, work, First, First + from, First + to); break;
                case Part.Products: Conv.Products(Operands, area, End - First, from, to, 0, Conv._vectors); break;
                default: Conv.Output(Operands, Bias, area, work, First, First + from, First + to, 0, Conv._vectors); break;
            }
        }
    }
}
