using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Pare.Kernels.Bands;
using Pare.Kernels.Products;
using Pare.Operators;
using Pare.Threading;

namespace Pare.Kernels.Convolutions.Last.Depthwise;

/// <summary>What a run of <see cref="DepthwiseConv"/> reads and writes.</summary>
internal unsafe struct DepthwiseOperands(Fused? epilogue)
{
    /// <summary>The image that is read.</summary>
    public float* Source;

    /// <summary>The image that is written.</summary>
    public float* Destination;

    /// <summary>As <see cref="DepthwiseConv.Pack"/> left them.</summary>
    public float* Weights;

    /// <summary>Null, or what is added in the end; it lies as the destination does and may be the same.</summary>
    public float* Residual;

    /// <summary>The least result; -infinity for no bound.</summary>
    public float Low = epilogue?.Low ?? float.NegativeInfinity;

    /// <summary>The largest result; infinity for no bound.</summary>
    public float High = epilogue?.High ?? float.PositiveInfinity;
}

/// <summary>Depthwise convolutions of images with channels last, and the gradients of their inputs: vectors run over channels.</summary>
/// <remarks>
/// Each output is one chain of multiply-adds over the taps inside the image, in their order, after the bias: the same bits whatever the
/// vectors, strips and threads are. Where an input channel has several outputs, each worker spreads the image it works on first.
/// Made once per shape; runs allocate nothing and share the object.
/// </remarks>
internal sealed unsafe class DepthwiseConv
{
    private const double SliceWork = 1.5e5;   // multiply-adds; some microseconds
    private const double LeastWork = 2e4;     // the least that is worth a thread's while
    private const int MostSlices = 32;

    private readonly ConvShape _shape;
    private readonly StripLoop _loop;
    private readonly ImmutableArray<TapSweep> _sweeps;
    private readonly int _width, _multiplier, _slices, _rows, _bands;
    private readonly long _sourceImage, _resultImage;
    private readonly int _resultWidth;

    private DepthwiseConv(in ConvShape shape, CpuFeatures cpu, bool gradient)
    {
        _shape = shape.Validate();
        _loop = StripLoop.Of(cpu);
        _sweeps = gradient ? TapSweep.InputGradient(shape) : [TapSweep.Forward(shape)];
        _width = Blocks.RoundUp(shape.OutChannels, _loop.Lanes);
        int taps = 0;
        foreach (TapSweep sweep in _sweeps) (taps, _rows) = (taps + sweep.Taps, Math.Max(_rows, sweep.Rows.Outputs));
        PackedFloats = (long)(taps + 1) * _width;
        _multiplier = shape.GroupOutChannels;
        _sourceImage = gradient ? shape.OutputFloats / shape.Batch : shape.InputFloats / shape.Batch;
        _resultImage = gradient ? shape.InputFloats / shape.Batch : shape.OutputFloats / shape.Batch;
        _resultWidth = gradient ? shape.Width : shape.OutWidth;
        _slices = (int)Math.Clamp(shape.MultiplyAdds / SliceWork, 1, MostSlices);
        _bands = _multiplier > 1 ? 1 : Math.Clamp(Blocks.CeilDiv(_slices, shape.Batch), 1, _rows);
    }

    /// <summary>Numbers of packed weights and, behind them, the bias.</summary>
    public long PackedFloats { get; }

    private long SpreadFloats => _multiplier == 1 ? 0 : _sourceImage * _multiplier;

    /// <summary>True where the convolution is one of those.</summary>
    public static bool Takes(in ConvShape shape) => shape.Groups == shape.Channels && shape.GroupOutChannels <= 8;

    /// <summary>y from x.</summary>
    public static DepthwiseConv Forward(in ConvShape shape, CpuFeatures cpu) => new(shape, cpu, gradient: false);

    /// <summary>dx from dy, where each input channel has one output.</summary>
    public static DepthwiseConv InputGradient(in ConvShape shape, CpuFeatures cpu) => new(shape, cpu, gradient: true);

    /// <summary>Bytes of scratch for a run.</summary>
    public long ScratchBytes(int threads) => Scratch.Bytes(threads * SpreadFloats);

    /// <summary>Packs weights and bias.</summary>
    /// <param name="weights">[OutChannels, 1, KernelHeight, KernelWidth].</param>
    /// <param name="bias">Null, or [OutChannels].</param>
    /// <param name="packed">Room for <see cref="PackedFloats"/>: per sweep [tap][channels rounded up to whole vectors], then the bias.</param>
    public void Pack(float* weights, float* bias, float* packed)
    {
        foreach (TapSweep sweep in _sweeps)
        {
            sweep.Pack(weights, _shape.OutChannels, _shape.Taps, _width, packed);
            packed += (nint)sweep.Taps * _width;
        }
        Span<float> biases = new(packed, _width);
        biases.Clear();
        if (bias != null)
            new Span<float>(bias, _shape.OutChannels).CopyTo(biases);
    }

    /// <summary>Computes the result.</summary>
    public void Run(in DepthwiseOperands operands, WorkerPool pool, byte* scratch)
    {
        // One thread keeps images whole: results do not depend on how they are cut, the use of the caches does.
        int bands = pool.Threads == 1 ? 1 : _bands, slices = pool.Threads == 1 ? 1 : Math.Min(_slices, _shape.Batch * bands);
        Job job = new() { Conv = this, Operands = operands, Spread = new Scratch(scratch).Take(SpreadFloats), Bands = bands, Slices = slices };
        if (slices >= pool.Threads || _multiplier > 1)
        {
            pool.Run(slices, job);
            return;
        }
        // Little work: what a thread wrote before, it reads now.
        job.Slices = (int)Math.Clamp(_shape.MultiplyAdds / LeastWork, 1, Math.Min(pool.Threads, (long)_shape.Batch * _rows));
        job.Bands = Blocks.CeilDiv(job.Slices, _shape.Batch);
        pool.RunEven(job.Slices, job);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Slice(in Job job, int slice, int worker)
    {
        int bands = job.Bands, units = _shape.Batch * bands, last = (int)((long)units * (slice + 1) / job.Slices);
        for (int unit = (int)((long)units * slice / job.Slices); unit < last; unit++)
        {
            (int image, int band) = Math.DivRem(unit, bands);
            float* source = job.Operands.Source + image * _sourceImage;
            if (_multiplier > 1)
            {
                float* spread = job.Spread + worker * SpreadFloats;
                for (nint i = 0; i < _sourceImage; i++)
                    new Span<float>(spread + i * _multiplier, _multiplier).Fill(source[i]);
                source = spread;
            }
            Strip strip = Image(job.Operands, source, image);
            foreach (TapSweep sweep in _sweeps)
            {
                int rows = sweep.Rows.Outputs;
                sweep.Run(_loop, gradient: false, strip, _width, _resultWidth, (int)((long)rows * band / bands), (int)((long)rows * (band + 1) / bands));
                strip.W += (nint)sweep.Taps * _width;
            }
        }
    }

    /// <summary>Computes rows of a picture's result on the calling thread; not where an input channel has several outputs, and no gradients.</summary>
    /// <param name="operands">What is read and written.</param>
    /// <param name="picture">Which picture.</param>
    /// <param name="rows">Which rows.</param>
    public void RunRows(in DepthwiseOperands operands, int picture, RowRange rows) => _sweeps[0].Run(
        _loop, gradient: false, Image(operands, operands.Source + picture * _sourceImage, picture), _width, _resultWidth, rows.First, rows.End);

    // What a strip of a picture has in common with the others.
    private Strip Image(in DepthwiseOperands o, float* source, int picture) => new()
    {
        X = source,
        W = o.Weights,
        Bias = o.Weights + (PackedFloats - _width),
        Residual = o.Residual == null ? null : o.Residual + picture * _resultImage,
        Y = o.Destination + picture * _resultImage,
        Low = o.Low,
        High = o.High,
        Channels = _shape.OutChannels,
    };

    private struct Job : ISliceJob
    {
        public DepthwiseConv Conv;
        public DepthwiseOperands Operands;
        public float* Spread;
        public int Bands;
        public int Slices;

        public readonly void Execute(int slice, int worker) => Conv.Slice(this, slice, worker);
    }
}
