using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Pare.Kernels.Products;
using Pare.Threading;

namespace Pare.Kernels.Convolutions.Last.Winograd;

/// <summary>Weights that a <see cref="PanelDecoder"/> gives are decoded and transformed in each run.</summary>
/// <remarks>
/// Where threads take whole blocks, weights are few: all are transformed first, into scratch memory, for every block reads them. Otherwise
/// blocks are few and weights many: for a panel of output channels and some input channels, they are transformed into the second cache and
/// multiplied with all tiles there, so that transformed weights, four times as many as there are, never lie in memory.
/// </remarks>
internal sealed unsafe partial class WinogradConv
{
    private const int Taps = 9;
    private const int ChunkChannels = 64;     // 36 planes of 64 x 64 numbers are 590 KB

    /// <summary>The output channels, in panels.</summary>
    public ImmutableArray<Panel> OutputPanels => _panels;

    /// <summary>Numbers of the bias and the zeros behind it: what is held beside encoded weights.</summary>
    public int BiasFloats => _width + Zeros;

    private long TransformedFloats => _form.Planes * (long)PlaneStep(decoded: true);

    private int MostWidth => Panels.MostWidth(_panels);

    // Numbers of decoded weights, and of the transformed ones that a thread multiplies with at once.
    private int TapFloats => Taps * (ChunkChannels * MostWidth + Padding);

    private int ChunkFloats => Cut.ByThread ? 0 : _form.Planes * (ChunkChannels * MostWidth + Padding);

    /// <summary>Bytes of scratch for a run on so many threads that decodes weights.</summary>
    public long DecodedScratchBytes(int threads) =>
        ScratchBytes(threads) + (Cut.ByThread ? Scratch.Bytes(TransformedFloats) : 0) + threads * Scratch.Bytes(TapFloats + ChunkFloats);

    /// <summary>The predicted time of a run that decodes weights.</summary>
    /// <param name="query">The node.</param>
    /// <param name="bits">Bits of an encoded weight.</param>
    /// <param name="look">How a code becomes a number.</param>
    public double DecodedSeconds(KernelQuery query, int bits, string look)
    {
        double times = _alone.ByThread ? 1 : _alone.Count;
        return Seconds(query, (double)_shape.WeightFloats * bits / 32)
            + times * (CostModel.Decoding(_shape.WeightFloats, look, query.Cpu) + CostModel.WinogradWeights(WeightFloats, query.Cpu));
    }

    // From plane to plane of the weights.
    private nint PlaneStep(bool decoded) => (nint)_shape.Channels * _width + (decoded ? Padding : 0);

    // Transforms some input channels of a panel: those from one on to planes that lie so far apart.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Transform(PanelDecoder decoder, int index, int channel, int count, float* taps, float* planes, nint planeStep)
    {
        Panel panel = _panels[index];
        int numbers = count * panel.Width;
        for (int tap = 0; tap < Taps; tap++)
            decoder.Decode(0, index, tap * _shape.Channels + channel, count, taps + tap * (numbers + Padding), panel);
        _form.Transform(taps, numbers + Padding, numbers, planes, planeStep);
    }

    // As Products, of one panel and all planes.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void DecodedProducts(in PixelOperands o, float* area, int tiles, int index, float* taps, float* planes)
    {
        Panel panel = _panels[index];
        WinogradStrip strip = new() { ChunkStep = (nint)Cut.MostTiles * _lanes, TileStep = _productTile, WeightStep = panel.Width };
        float* products = area + _form.Planes * _inputPlane;
        int strips = Blocks.CeilDiv(tiles, _strips.MaxTiles(panel.Vectors));
        for (int channel = 0; channel < _shape.Channels; channel += ChunkChannels)
        {
            strip.Channels = Math.Min(ChunkChannels, _shape.Channels - channel);
            strip.Adds = channel > 0;
            nint plane = (nint)strip.Channels * panel.Width + Padding;
            Transform(o.Decoder!, index, channel, strip.Channels, taps, planes, plane);
            for (int p = 0; p < _form.Planes; p++)
            {
                strip.Weights = planes + p * plane;
                float* source = area + p * _inputPlane + channel / _lanes * strip.ChunkStep, to = products + (nint)p * _width + panel.Start;
                for (int i = 0, done = 0; i < strips; i++)
                {
                    int count = (tiles - done) / (strips - i);
                    strip.Source = source + (nint)done * _lanes;
                    strip.Destination = to + done * _productTile;
                    _strips.Code(panel.Vectors, count)(&strip);
                    done += count;
                }
            }
        }
    }

    // All transformed weights, as Pack leaves them.
    private float* TransformAll(in PixelOperands o, WorkerPool pool, byte* scratch, int threads)
    {
        byte* own = scratch + ScratchBytes(threads);
        TransformJob job = new() { Conv = this, Decoder = o.Decoder!, Weights = new Scratch(own).Take(TransformedFloats), Memory = own + Scratch.Bytes(TransformedFloats) };
        job.Chunks = Blocks.CeilDiv(_shape.Channels, ChunkChannels);
        pool.Run(job.Chunks * _panels.Length, Threading.SliceWork.Floats(3.0 * WeightFloats / job.Chunks / _panels.Length), job);
        return job.Weights;
    }

    private struct TransformJob : ISliceJob
    {
        public WinogradConv Conv;
        public PanelDecoder Decoder;
        public float* Weights;
        public byte* Memory;
        public int Chunks;

        public readonly void Execute(int slice, int worker)
        {
            (int index, int chunk) = Math.DivRem(slice, Chunks);
            Panel panel = Conv._panels[index];
            int channels = Conv._shape.Channels, channel = chunk * ChunkChannels, count = Math.Min(ChunkChannels, channels - channel);
            float* taps = new Scratch(Memory + worker * Scratch.Bytes(Conv.TapFloats + Conv.ChunkFloats)).Take(Conv.TapFloats);
            Conv.Transform(Decoder, index, channel, count, taps, Weights + (nint)panel.Start * channels + (nint)channel * panel.Width, Conv.PlaneStep(decoded: true));
        }
    }
}
