using System.Runtime.CompilerServices;
using Pare.Kernels.Products;
using Pare.Threading;

namespace Pare.Kernels.Convolutions.Last.Depthwise;

/// <summary>dw of a depthwise convolution of an image with channels last, one output a channel.</summary>
/// <remarks>
/// The shape alone says how images and rows are cut into slices. Each slice adds up its outputs, strip by strip, into sums of its own,
/// [tap][channels rounded up to whole vectors]; these are added in the order of the slices: the same bits whatever vectors and threads are.
/// </remarks>
internal sealed unsafe class DepthwiseTapGradient
{
    private const double SliceWork = 3e5;   // multiply-adds; some microseconds
    private const int MostSlices = 16;

    private readonly ConvShape _shape;
    private readonly StripLoop _loop;
    private readonly TapSweep _sweep;
    private readonly int _width, _bands, _slices;

    /// <summary>Decides how the work is cut.</summary>
    /// <exception cref="ArgumentException">The shape is not valid.</exception>
    public DepthwiseTapGradient(in ConvShape shape, CpuFeatures cpu)
    {
        _shape = shape.Validate();
        _loop = StripLoop.Of(cpu);
        _sweep = TapSweep.Forward(shape);
        _width = Blocks.RoundUp(shape.OutChannels, _loop.Lanes);
        int slices = (int)Math.Clamp(shape.MultiplyAdds / SliceWork, 1, MostSlices);
        _bands = Math.Clamp(Blocks.CeilDiv(slices, shape.Batch), 1, shape.OutHeight);
        _slices = Math.Min(slices, shape.Batch * _bands);
    }

    /// <summary>Bytes of scratch for a run.</summary>
    public long ScratchBytes => Scratch.Bytes(_slices * SliceFloats);

    private long SliceFloats => (long)_sweep.Taps * _width;

    /// <summary>Computes dw [OutChannels, 1, KernelHeight, KernelWidth] from x and dy.</summary>
    public void Run(float* input, float* outputGradient, float* weightGradient, WorkerPool pool, byte* scratch)
    {
        float* sums = new Scratch(scratch).Take(_slices * SliceFloats);
        pool.Run(_slices, new Job { Owner = this, Input = input, OutputGradient = outputGradient, Sums = sums });
        _loop.AddRows(sums, sums + SliceFloats, (nint)SliceFloats, _slices - 1, (int)SliceFloats);
        _sweep.Unpack(sums, _shape.OutChannels, _width, weightGradient);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Slice(in Job job, int slice)
    {
        float* sums = job.Sums + slice * SliceFloats;
        new Span<float>(sums, (int)SliceFloats).Clear();
        int units = _shape.Batch * _bands, last = (int)((long)units * (slice + 1) / _slices), rows = _shape.OutHeight;
        for (int unit = (int)((long)units * slice / _slices); unit < last; unit++)
        {
            (int image, int band) = Math.DivRem(unit, _bands);
            Strip strip = new()
            {
                X = job.Input + image * (_shape.InputFloats / _shape.Batch),
                W = sums,
                Y = job.OutputGradient + image * (_shape.OutputFloats / _shape.Batch),
                Channels = _shape.OutChannels,
            };
            _sweep.Run(_loop, gradient: true, strip, _width, _shape.OutWidth, (int)((long)rows * band / _bands), (int)((long)rows * (band + 1) / _bands));
        }
    }

    private struct Job : ISliceJob
    {
        public DepthwiseTapGradient Owner;
        public float* Input;
        public float* OutputGradient;
        public float* Sums;

        public readonly void Execute(int slice, int worker) => Owner.Slice(this, slice);
    }
}
