using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Pare.Kernels.Products;
using Pare.Threading;

namespace Pare.Kernels.Convolutions;

/// <summary>Depthwise convolutions: each plane is staged once, then every output row is a chain of fused multiply-adds over the taps.</summary>
/// <remarks>
/// Vectorised across the outputs of a row; the last vector of a row overlaps the one before it, so there is no tail. Same bits at every level.
/// </remarks>
internal sealed unsafe class DepthwisePlanes
{
    private readonly PlaneGeometry _g;
    private readonly Staging _staging;
    private readonly int[] _taps;
    private readonly bool _scalar;

    /// <summary>Lays the staging buffer out.</summary>
    public DepthwisePlanes(in PlaneGeometry geometry, CpuFeatures cpu)
    {
        _g = geometry;
        _staging = new Staging(geometry, geometry.OutHeight);
        _scalar = !cpu.HasVector128;
        _taps = new int[geometry.Taps];
        for (int tap = 0; tap < _taps.Length; tap++)
            _taps[tap] = _staging.TapOffset(0, tap / geometry.KernelWidth, tap % geometry.KernelWidth);
    }

    private long WorkerFloats => Blocks.RoundUp(_staging.PlaneStride + Blocks.Slack, 16);

    /// <summary>Bytes of scratch for a run.</summary>
    public long ScratchBytes(int threads) => Scratch.Bytes(threads * WorkerFloats);

    /// <summary>y = clip(conv(x, w) + bias).</summary>
    public void Forward(in ConvShape shape, in ImplicitOperands operands, WorkerPool pool, byte* scratch) =>
        pool.Run(shape.Batch * shape.Groups, Nanoseconds(shape), new Job { Owner = this, Shape = shape, Operands = operands, Workers = new Scratch(scratch).Take(1) });

    // A plane is loaded and stored for each tap or so.
    private static double Nanoseconds(in ConvShape shape) => SliceWork.Floats((double)shape.MultiplyAdds / shape.Batch / shape.Groups);

    /// <summary>dx from dy, both in <paramref name="operands"/>, and plain weights.</summary>
    public void InputGradient(in ConvShape shape, in ImplicitOperands operands, WorkerPool pool, byte* scratch) =>
        pool.Run(
            shape.Batch * shape.Groups, Nanoseconds(shape),
            new Job { Owner = this, Shape = shape, Operands = operands, Workers = new Scratch(scratch).Take(1), Turned = true });

    private void RunPlanes(in Job job, int slice, int worker)
    {
        int group = slice % job.Shape.Groups, outs = job.Shape.GroupOutChannels, taps = _taps.Length;
        float* buffer = job.Workers + worker * WorkerFloats;
        float* weights = job.Operands.PackedWeights + (nint)group * outs * taps;
        nint read = (nint)_g.Height * _g.Width, written = _g.Pixels;
        ImplicitOperands o = job.Operands;
        for (int i = 0; i < outs; i++)
        {
            if (job.Turned || i == 0)
            {
                float* source = o.Source + (job.Turned ? (nint)slice * outs + i : slice) * read;
                if (_staging.IsNeeded)
                    _staging.Fill(source, 1, 0, _staging.MaxRows, buffer);
                else
                    buffer = source;
            }
            float* destination = o.Destination + (job.Turned ? slice : (nint)slice * outs + i) * written;
            float bias = o.Bias == null ? 0 : o.Bias[group * outs + i];
            Plane(buffer, weights + i * taps, job.Turned, job.Turned && i > 0, bias, destination);
            if (o.Clip)
                ClipPlane(destination, o.Low, o.High);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Plane(float* staged, float* weights, bool turned, bool accumulate, float bias, float* destination)
    {
        for (int y = 0; y < _g.OutHeight; y++)
        {
            float* from = staged + (nint)y * _g.StrideY * _staging.RowStride;
            float* to = destination + (nint)y * _g.OutWidth;
            if (accumulate)
                AddRow(from, weights, turned, to);
            else
                Row(from, weights, turned, bias, to);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Row(float* from, float* weights, bool turned, float bias, float* to)
    {
        int width = _g.OutWidth, last = _taps.Length - 1;
        if (width >= 8 && !_scalar)
        {
            for (int x = 0; x < width; x = x + 8 == width ? width : Math.Min(x + 8, width - 8))
            {
                Vector256<float> sum = Vector256.Create(bias);
                for (int tap = 0; tap <= last; tap++)
                    sum = Vector256.MultiplyAddEstimate(Vector256.Create(weights[turned ? last - tap : tap]), Vector256.Load(from + _taps[tap] + x), sum);
                sum.Store(to + x);
            }
            return;
        }
        for (int x = 0; x < width; x++)
        {
            float sum = bias;
            for (int tap = 0; tap <= last; tap++)
                sum = float.MultiplyAddEstimate(weights[turned ? last - tap : tap], from[_taps[tap] + x], sum);
            to[x] = sum;
        }
    }

    // Rare (input gradient of a depthwise convolution with several outputs per channel), so it is scalar.
    private void AddRow(float* from, float* weights, bool turned, float* to)
    {
        int last = _taps.Length - 1;
        for (int x = 0; x < _g.OutWidth; x++)
        {
            float sum = to[x];
            for (int tap = 0; tap <= last; tap++)
                sum = float.MultiplyAddEstimate(weights[turned ? last - tap : tap], from[_taps[tap] + x], sum);
            to[x] = sum;
        }
    }

    private void ClipPlane(float* plane, float low, float high)
    {
        for (int i = 0; i < _g.Pixels; i++)
            plane[i] = plane[i] < low ? low : plane[i] > high ? high : plane[i];
    }

    private struct Job : ISliceJob
    {
        public DepthwisePlanes Owner;
        public ConvShape Shape;
        public ImplicitOperands Operands;
        public float* Workers;
        public bool Turned;

        public readonly void Execute(int slice, int worker) => Owner.RunPlanes(this, slice, worker);
    }
}
