using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Pare.Kernels.Products;
using Pare.Threading;

namespace Pare.Kernels.Convolutions;

/// <summary>dw of a depthwise convolution: one slice per output channel, images in order.</summary>
/// <remarks>Each tap sums in 8 lanes (lane = output column modulo 8) over rows and images; lanes are then folded by halves. Same bits at every level.</remarks>
internal sealed unsafe class DepthwiseWeightGradient : ConvWeightGradient
{
    private const int LaneCount = 8;
    private readonly PlaneGeometry _g;
    private readonly Staging _staging;
    private readonly int[] _taps;
    private readonly bool _scalar;

    /// <summary>Lays the staging buffer out.</summary>
    public DepthwiseWeightGradient(in ConvShape shape, CpuFeatures cpu) : base(shape)
    {
        _g = PlaneGeometry.Forward(shape);
        _staging = new Staging(_g, _g.OutHeight);
        _scalar = !cpu.HasVector128;
        _taps = new int[_g.Taps];
        for (int tap = 0; tap < _taps.Length; tap++)
            _taps[tap] = _staging.TapOffset(0, tap / _g.KernelWidth, tap % _g.KernelWidth);
    }

    private long WorkerFloats => Blocks.RoundUp(_staging.PlaneStride + Blocks.Slack + _taps.Length * LaneCount, 16);

    /// <inheritdoc/>
    public override long ScratchBytes(int threads) => Scratch.Bytes(threads * WorkerFloats);

    /// <inheritdoc/>
    public override void Run(float* input, float* outputGradient, float* weightGradient, WorkerPool pool, byte* scratch)
    {
        Job job = new() { Owner = this, Input = input, OutputGradient = outputGradient, WeightGradient = weightGradient };
        job.Workers = new Scratch(scratch).Take(1);
        pool.Run(Shape.OutChannels, job);
    }

    private void RunSlice(Job job, int channel, int worker)
    {
        float* lanes = job.Workers + worker * WorkerFloats;
        float* buffer = lanes + _taps.Length * LaneCount;
        new Span<float>(lanes, _taps.Length * LaneCount).Clear();
        for (int image = 0; image < Shape.Batch; image++)
        {
            float* source = job.Input + ((nint)image * Shape.Channels + channel / Shape.GroupOutChannels) * _g.Height * _g.Width;
            if (_staging.IsNeeded)
                _staging.Fill(source, 1, 0, _staging.MaxRows, buffer);
            else
                buffer = source;
            float* gradient = job.OutputGradient + ((nint)image * Shape.OutChannels + channel) * _g.Pixels;
            for (int tap = 0; tap < _taps.Length; tap++)
                AddTap(buffer + _taps[tap], gradient, lanes + tap * LaneCount);
        }
        for (int tap = 0; tap < _taps.Length; tap++)
        {
            float* l = lanes + tap * LaneCount;
            job.WeightGradient[channel * _taps.Length + tap] = (l[0] + l[4] + (l[2] + l[6])) + (l[1] + l[5] + (l[3] + l[7]));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddTap(float* staged, float* gradient, float* lanes)
    {
        Vector256<float> sum = Vector256.Load(lanes);
        for (int y = 0; y < _g.OutHeight; y++)
        {
            float* from = staged + (nint)y * _g.StrideY * _staging.RowStride;
            float* by = gradient + (nint)y * _g.OutWidth;
            int x = 0;
            if (!_scalar)
            {
                for (; x + LaneCount <= _g.OutWidth; x += LaneCount)
                    sum = Vector256.MultiplyAddEstimate(Vector256.Load(from + x), Vector256.Load(by + x), sum);
            }
            if (x == _g.OutWidth)
                continue;
            sum.Store(lanes);
            for (; x < _g.OutWidth; x++)
                lanes[x % LaneCount] = float.MultiplyAddEstimate(from[x], by[x], lanes[x % LaneCount]);
            sum = Vector256.Load(lanes);
        }
        sum.Store(lanes);
    }

    private struct Job : ISliceJob
    {
        public DepthwiseWeightGradient Owner;
        public float* Input;
        public float* OutputGradient;
        public float* WeightGradient;
        public float* Workers;

        public readonly void Execute(int slice, int worker) => Owner.RunSlice(this, slice, worker);
    }
}
