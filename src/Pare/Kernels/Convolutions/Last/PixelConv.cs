using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Pare.Kernels.Products;
using Pare.Operators;
using Pare.Threading;

namespace Pare.Kernels.Convolutions.Last;

/// <summary>What a run of <see cref="PixelConv"/> reads and writes.</summary>
internal unsafe struct PixelOperands(Fused? epilogue)
{
    /// <summary>[Batch, Height, Width, Channels].</summary>
    public float* Source;

    /// <summary>[Batch, OutHeight, OutWidth], <see cref="ResultStep"/> apart, [OutChannels].</summary>
    public float* Destination;

    /// <summary>Numbers between the results of two pixels, at least OutChannels.</summary>
    public int ResultStep;

    /// <summary>As <see cref="PixelConv.Pack"/> left them; with <see cref="Decoder"/> the biases alone.</summary>
    public float* Weights;

    /// <summary>Null, or what gives the weights, part by part.</summary>
    public PanelDecoder? Decoder;

    /// <summary>With a <see cref="Decoder"/>: for each thread room for <see cref="PixelConv.DecodedFloats"/>, a multiple of a cache line apart.</summary>
    public float* Decoded;

    /// <summary>Null, or what is added in the end: it lies as the destination does.</summary>
    public float* Residual;

    /// <summary>The least result; -infinity for no bound.</summary>
    public readonly float Low = epilogue?.Low ?? float.NegativeInfinity;

    /// <summary>The largest result; infinity for no bound.</summary>
    public readonly float High = epilogue?.High ?? float.PositiveInfinity;

    /// <summary>Whether results are bounded.</summary>
    public readonly bool Clip = epilogue is { Clips: true };
}

/// <summary>y = clip(conv(x, w) + bias + residual), fp32, channels last, any window and groups: vectors run over output channels.</summary>
/// <remarks>
/// Neither the image matrix nor a padded copy ever exists: the output is cut into <see cref="PixelRegions"/>, tiles read the picture where
/// it lies. Loops from the outside: panels of output channels, chunks of the sum (their weights stay in the first cache), pixels.
/// Every sum adds the same terms in the same order whatever the threads are. Made once per shape; runs allocate nothing and share the object.
/// </remarks>
internal sealed unsafe partial class PixelConv
{
    private const int ChunkBytes = 32 << 10;
    private const long BlockBytes = 512 << 10;
    private const double SliceWork = 1.5e6;
    private const double LeastWork = 3e4;      // multiply-adds that are worth a thread's while
    private const double LittleWork = 6e6;     // here a thread that is held up costs less than values that change threads
    private const int MostSlices = 32;
    private const int EnoughSlices = 8;
    private const long WeightsToSplit = 1 << 20;

    private readonly ConvShape _shape;
    private readonly PixelTiles _tiles;
    private readonly ImmutableArray<Panel> _panels;
    private readonly ImmutableArray<PixelRegion> _regions;
    private readonly PixelChunks _chunks;
    private readonly PixelPlacing _placing;
    private readonly WeightOrder _order;
    private readonly int _depth, _groupWidth, _pixelSlices, _panelSlices, _packParts, _block;

    /// <summary>Decides how the work is cut.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="cpu">What the processor may be used for.</param>
    /// <param name="decodes">Whether a <see cref="PanelDecoder"/> gives the weights: for every slice anew, so slices are few.</param>
    /// <exception cref="ArgumentException">The shape is not valid.</exception>
    public PixelConv(in ConvShape shape, CpuFeatures cpu, bool decodes = false)
        : this(shape.Validate(), cpu, PixelPlacing.Dense(shape), WeightOrder.Natural(shape), decodes) { }

    /// <summary>Decides how the work is cut where results lie apart from each other, or weights are read in another order.</summary>
    /// <param name="shape">The sizes; padding may be negative, what lies there is not read.</param>
    /// <param name="cpu">What the processor may be used for.</param>
    /// <param name="placing">Where results and residuals lie.</param>
    /// <param name="order">How the weights lie that <see cref="Pack"/> reads.</param>
    /// <param name="decodes">Whether a <see cref="PanelDecoder"/> gives the weights.</param>
    public PixelConv(in ConvShape shape, CpuFeatures cpu, PixelPlacing placing, WeightOrder order, bool decodes = false)
    {
        (_shape, _placing, _order) = (shape, placing, order);
        _tiles = PixelTiles.Of(cpu);
        _panels = Panels.Of(shape.GroupOutChannels, _tiles);
        _regions = PixelRegions.Of(shape);
        _depth = shape.GroupChannels * shape.Taps;
        _packParts = shape.Groups == 1 ? shape.Taps : 1;
        _groupWidth = _panels[^1].Start + _panels[^1].Width;
        _chunks = new PixelChunks(shape, _regions, Math.Max(16, ChunkBytes / sizeof(float) / Panels.MostWidth(_panels)));
        int slices = (int)Math.Clamp(WorkWithPadding / SliceWork, 1, decodes ? EnoughSlices : MostSlices), panels = _panels.Length * shape.Groups;
        // Weights that are larger than a cache are read once: slices share pixels, not weights.
        _panelSlices = PackedFloats * sizeof(float) > WeightsToSplit ? Math.Min(slices, panels) : 1;
        _pixelSlices = _panelSlices >= EnoughSlices ? 1 : Math.Clamp(Blocks.CeilDiv(slices, _panelSlices), 1, Math.Max(1, Pixels / PixelTiles.MostRows));
        if (_pixelSlices == 1)
            _panelSlices = Math.Min(slices, panels);
        long bytes = (shape.InputFloats + shape.OutputFloats) * sizeof(float) / shape.Batch;
        _block = (int)Math.Clamp(BlockBytes / bytes, 1, Math.Max(1, shape.Batch / _pixelSlices));
    }

    /// <summary>Numbers of the packed weights, and behind them the bias of each panel.</summary>
    public long PackedFloats => (long)_shape.Groups * _groupWidth * (_depth + 1);

    /// <summary>Numbers of the bias of each panel, where a <see cref="PanelDecoder"/> gives the weights.</summary>
    public int BiasFloats => _shape.Groups * _groupWidth;

    /// <summary>Numbers of the most weights that a thread holds decoded.</summary>
    public int DecodedFloats
    {
        get
        {
            int most = 0;
            for (int chunk = 0; chunk < _chunks.Count; chunk++) most = Math.Max(most, _chunks.FirstRow(chunk + 1) - _chunks.FirstRow(chunk));
            return Blocks.RoundUp(most * Panels.MostWidth(_panels), PixelTile.Line);
        }
    }

    /// <summary>The output channels of a group, in panels.</summary>
    public ImmutableArray<Panel> GroupPanels => _panels;

    /// <summary>How many times a run reads each weight, and decodes it where a <see cref="PanelDecoder"/> gives it.</summary>
    public int Decodings => _pixelSlices;

    /// <summary>Multiply-adds with those of padded channels: what the time follows from.</summary>
    public double WorkWithPadding => (double)Pixels * _depth * _groupWidth * _shape.Groups;

    /// <summary>Into how many slices the work is cut: more threads are of no use.</summary>
    public int Slices => _pixelSlices * _panelSlices;

    /// <summary>The same without what regions do not see: large windows on small pictures lie in the padding for the most part.</summary>
    public double WorkInside
    {
        get
        {
            double taps = 0;
            foreach (PixelRegion r in _regions) taps += (double)r.Count * (r.Rows.End - r.Rows.First) * (r.Columns.End - r.Columns.First);
            return (double)_shape.Batch * _shape.GroupChannels * _groupWidth * _shape.Groups * taps;
        }
    }

    private int PictureSize => _shape.OutHeight * _shape.OutWidth;

    private int Pixels => _shape.Batch * PictureSize;

    /// <summary>Computes y.</summary>
    public void Run(in PixelOperands operands, WorkerPool pool)
    {
        RunJob job = new() { Conv = this, Operands = operands, PixelSlices = _pixelSlices };
        double work = WorkWithPadding;
        if (_panelSlices > 1 || work >= LittleWork || pool.Threads == 1)
        {
            pool.Run(Slices, job);
            return;
        }
        // Sums do not depend on which pixels are computed together.
        job.PixelSlices = (int)Math.Clamp(work / LeastWork, 1, Math.Min(pool.Threads, Math.Max(1, Pixels / PixelTiles.MostRows)));
        pool.RunEven(job.PixelSlices, job);
    }

    private float* PanelWeights(float* packed, int group, in Panel panel) => packed + ((nint)group * _groupWidth + panel.Start) * _depth;

    private float* PanelBias(in PixelOperands o, int group, in Panel panel) =>
        o.Decoder is null ? PanelBias(o.Weights, group, panel) : o.Weights + (nint)group * _groupWidth + panel.Start;

    private float* PanelBias(float* packed, int group, in Panel panel) =>
        packed + (nint)_shape.Groups * _groupWidth * _depth + (nint)group * _groupWidth + panel.Start;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Slice(in PixelOperands o, int slice, int worker, int pixelSlices)
    {
        float* decoded = o.Decoder is null ? null : o.Decoded + (nint)worker * DecodedFloats;
        (int panelSlice, int pixelSlice) = Math.DivRem(slice, pixelSlices);
        int panels = _panels.Length * _shape.Groups;
        Part part = new() { First = (int)((long)Pixels * pixelSlice / pixelSlices), End = (int)((long)Pixels * (pixelSlice + 1) / pixelSlices) };
        Compute(o, (int)((long)panels * panelSlice / _panelSlices), (int)((long)panels * (panelSlice + 1) / _panelSlices), part, decoded);
    }

    // Which results are computed: positions of all pictures, or rows of one picture.
    private struct Part
    {
        public int First;
        public int End;
        public int Picture;
        public bool OfRows;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Compute(in PixelOperands o, int firstPanel, int endPanel, in Part part, float* decoded)
    {
        int panels = _panels.Length * _shape.Groups;
        float** pixels = stackalloc float*[PixelTiles.MostRows];
        nint* places = stackalloc nint[PixelTiles.MostRows];
        for (int p = firstPanel; p < endPanel; p++)
        {
            (int group, int index) = Math.DivRem(p, _panels.Length);
            Panel panel = _panels[index];
            PixelTile tile = new()
            {
                Pixels = pixels,
                Places = places,
                Weights = o.Decoder is null ? PanelWeights(o.Weights, group, panel) : null,
                Tail = panel.Channels - (panel.Vectors - 1) * _tiles.Lanes,
                Low = o.Low,
                High = o.High,
            };
            int outChannel = group * _shape.GroupOutChannels + panel.Channel;
            for (int chunk = 0; chunk < _chunks.Count; chunk++)
            {
                bool isLast = chunk == _chunks.Count - 1;
                tile.Start = chunk == 0 ? PanelBias(o, group, panel) : null;
                tile.Clip = isLast && o.Clip;
                int chunkRows = _chunks.FirstRow(chunk + 1) - _chunks.FirstRow(chunk);
                float* aheadEnd = null, next = decoded;
                if (o.Decoder is { } decoder)
                {
                    decoder.Decode(group, index, _chunks.FirstRow(chunk), chunkRows, decoded, panel);
                    tile.Weights = decoded - (nint)_chunks.FirstRow(chunk) * panel.Width;
                    tile.Ahead = decoded;
                }
                else
                {
                    tile.Ahead = tile.Weights + (nint)_chunks.FirstRow(chunk + 1) * panel.Width;
                    aheadEnd = isLast && p == panels - 1 ? null : tile.Ahead + (nint)chunkRows * panel.Width;
                    next = tile.Weights;
                }
                Pass pass = new()
                {
                    Chunk = chunk,
                    Vectors = panel.Vectors,
                    ResultStep = o.ResultStep,
                    AheadEnd = aheadEnd,
                    AheadAgain = next,
                    Source = o.Source + (nint)group * _shape.GroupChannels,
                    Destination = o.Destination + outChannel,
                    Residual = isLast && o.Residual != null ? o.Residual + outChannel : null,
                };
                if (part.OfRows)
                {
                    Rows(pass, &tile, part);
                    continue;
                }
                int size = _block * PictureSize;
                for (int start = part.First / size * size; start < part.End; start += size)
                    Pictures(pass, &tile, start / PictureSize, Math.Max(0, part.First - start), Math.Min(size, part.End - start));
            }
        }
    }

    private struct Pass
    {
        public int Chunk;
        public int Vectors;
        public int ResultStep;
        public float* AheadEnd;
        public float* AheadAgain;
        public float* Source;
        public float* Destination;
        public float* Residual;
    }

    // Positions first to end of a block of pictures, counted region by region: the small regions along borders fill tiles together.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Pictures(in Pass pass, PixelTile* tile, int picture, int first, int end)
    {
        int before = 0, pictures = Math.Min(_block, _shape.Batch - picture);
        for (int r = 0; r < _regions.Length && before < end; r++)
        {
            PixelRegion region = _regions[r];
            int count = region.Count * pictures, from = Math.Max(0, first - before), to = Math.Min(count, end - before);
            before += count;
            if (from >= to) continue;
            tile->Runs = _chunks.Runs(pass.Chunk, r, out tile->RunCount, out tile->Length);
            if (tile->RunCount == 0 && tile->Start == null && pass.Residual == null && !tile->Clip) continue;
            (int skipped, from) = Math.DivRem(from, region.Count);
            Region(pass, tile, picture + skipped, region, from, to - skipped * region.Count);
        }
    }

    // Positions of a region from one of a picture on; those beyond the region's count lie in the pictures behind.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Region(in Pass pass, PixelTile* tile, int picture, in PixelRegion region, int from, int to)
    {
        int strips = Blocks.CeilDiv(to - from, _tiles.MaxRows(pass.Vectors));
        nint rowStep = (nint)_shape.StrideY * _shape.Width * _shape.Channels, columnStep = (nint)_shape.StrideX * _shape.Channels;
        (int row, int column) = Math.DivRem(from, region.Width);
        float* corner = pass.Source + (((nint)picture * _shape.Height - _shape.PadTop) * _shape.Width - _shape.PadLeft) * _shape.Channels
            + region.Top * rowStep + region.Left * columnStep;
        float* source = corner + row * rowStep + column * columnStep;
        nint columnPlace = _placing.Column * pass.ResultStep;
        nint place = (_placing.Start + picture * _placing.Picture + (region.Top + row) * _placing.Row + (region.Left + column) * _placing.Column) * pass.ResultStep;
        nint newLine = _placing.Row * pass.ResultStep - region.Width * columnPlace;
        nint newPicture = (_placing.Picture - region.Height * _placing.Row) * pass.ResultStep, pictureStep = (nint)_shape.Height * _shape.Width * _shape.Channels;
        tile->Destination = pass.Destination;
        tile->Residual = pass.Residual;
        for (int strip = 0, done = from; strip < strips; strip++)
        {
            int rows = from + (int)((long)(to - from) * (strip + 1) / strips) - done;
            for (int i = 0; i < rows; i++)
            {
                tile->Pixels[i] = source;
                tile->Places[i] = place;
                source += columnStep;
                place += columnPlace;
                if (++column < region.Width) continue;
                column = 0;
                place += newLine;
                if (++row == region.Height)
                {
                    row = 0;
                    corner += pictureStep;
                    place += newPicture;
                }
                source = corner + row * rowStep;
            }
            if (tile->Ahead >= pass.AheadEnd)
                tile->Ahead = pass.AheadAgain;
            _tiles.Code(pass.Vectors, rows)(tile);
            done += rows;
        }
    }

    private struct RunJob : ISliceJob
    {
        public PixelConv Conv;
        public PixelOperands Operands;
        public int PixelSlices;

        public readonly void Execute(int slice, int worker) => Conv.Slice(Operands, slice, worker, PixelSlices);
    }
}
