using System.Runtime.CompilerServices;
using Pare.Kernels.Products;
using Pare.Threading;

namespace Pare.Kernels.Convolutions;

/// <summary>Depthwise convolutions of small pictures, and their input gradients: vectors run over 16 channels, whatever the width of a row.</summary>
/// <remarks>Each output is the bias and then a chain of fused multiply-adds over the taps, as in <see cref="DepthwisePlanes"/>: same bits.</remarks>
internal sealed unsafe class DepthwiseBlocks
{
    private const int GroupImages = 8; // by shape alone; clearing the block and packing its weights are paid once for so many
    private readonly PlaneGeometry _g;
    private readonly ChannelBlock _block;
    private readonly int[] _taps;
    private readonly CpuFeatures _cpu;

    /// <summary>Lays the buffers out.</summary>
    public DepthwiseBlocks(in PlaneGeometry geometry, CpuFeatures cpu)
    {
        (_g, _cpu, _block) = (geometry, cpu, new ChannelBlock(geometry));
        _taps = new int[geometry.Taps];
        for (int tap = 0; tap < _taps.Length; tap++)
        {
            (int kh, int kw) = Math.DivRem(tap, geometry.KernelWidth);
            _taps[tap] = (kh * geometry.DilationY * _block.Columns + kw * geometry.DilationX) * ChannelBlock.Channels;
        }
    }

    // weights [taps, 16], bias [16], the block, outputs [pixels, 16]
    private long WorkerFloats => Blocks.RoundUp((_taps.Length + 1 + _g.Pixels) * ChannelBlock.Channels + _block.Floats, 16);

    /// <summary>Bytes of scratch for a run.</summary>
    public long ScratchBytes(int threads) => Scratch.Bytes(threads * WorkerFloats);

    /// <summary>y = clip(conv(x, w) + bias), or dx from dy where the geometry is that of an input gradient and weights are turned.</summary>
    public void Run(in ConvShape shape, in ImplicitOperands operands, bool turned, WorkerPool pool, byte* scratch)
    {
        int blocks = Blocks.CeilDiv(shape.Groups, ChannelBlock.Channels), groups = Blocks.CeilDiv(shape.Batch, GroupImages);
        var job = new Job { Owner = this, Batch = shape.Batch, Channels = shape.Groups, Blocks = blocks, Operands = operands, Turned = turned };
        job.Workers = new Scratch(scratch).Take(1);
        pool.Run(blocks * groups, job);
    }

    private void RunBlock(in Job job, int slice, int worker)
    {
        (int group, int block) = Math.DivRem(slice, job.Blocks);
        int channel = block * ChannelBlock.Channels, count = Math.Min(ChannelBlock.Channels, job.Channels - channel);
        float* weights = job.Workers + worker * WorkerFloats;
        float* outputs = weights + (_taps.Length + 1) * ChannelBlock.Channels;
        float* buffer = outputs + (nint)_g.Pixels * ChannelBlock.Channels;
        Pack(job, channel, count, weights);
        _block.Clear(buffer);
        int end = Math.Min(job.Batch, (group + 1) * GroupImages);
        for (int image = group * GroupImages; image < end; image++)
        {
            nint plane = (nint)image * job.Channels + channel;
            _block.Gather(job.Operands.Source + plane * _g.Height * _g.Width, count, buffer);
            if (_cpu.HasVector512) Convolve<ChannelLanes512>(buffer, weights, outputs);
            else if (_cpu.HasAvx2) Convolve<ChannelLanes256>(buffer, weights, outputs);
            else if (_cpu.HasVector128) Convolve<ChannelLanes128>(buffer, weights, outputs);
            else Convolve<ChannelLanesScalar>(buffer, weights, outputs);
            float* destination = job.Operands.Destination + plane * _g.Pixels;
            Transposer.Run(outputs, ChannelBlock.Channels, _g.Pixels, count, destination, _g.Pixels);
            if (job.Operands.Clip) Clip(destination, (nint)count * _g.Pixels, job.Operands.Low, job.Operands.High);
        }
    }

    // src w [channel, tap] -> dst [tap, 16], then the bias [16]; channels that the block lacks are 0
    private void Pack(in Job job, int channel, int count, float* dst)
    {
        new Span<float>(dst, (_taps.Length + 1) * ChannelBlock.Channels).Clear();
        float* src = job.Operands.PackedWeights + (nint)channel * _taps.Length;
        int last = _taps.Length - 1;
        for (int c = 0; c < count; c++)
        {
            for (int tap = 0; tap <= last; tap++) dst[tap * ChannelBlock.Channels + c] = src[c * _taps.Length + (job.Turned ? last - tap : tap)];
            if (job.Operands.Bias != null) dst[_taps.Length * ChannelBlock.Channels + c] = job.Operands.Bias[channel + c];
        }
    }

    private void Convolve<T>(float* buffer, float* weights, float* outputs) where T : unmanaged, IChannelLanes<T>
    {
        for (int lane = 0; lane < ChannelBlock.Channels; lane += T.Count)
        {
            if (_g.KernelHeight == 3 && _g.KernelWidth == 3) ThreeByThree<T>(buffer + lane, weights + lane, outputs + lane);
            else AnyTaps<T>(buffer + lane, weights + lane, outputs + lane);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ThreeByThree<T>(float* buffer, float* weights, float* to) where T : unmanaged, IChannelLanes<T>
    {
        const int C = ChannelBlock.Channels;
        T w0 = T.Load(weights), w1 = T.Load(weights + C), w2 = T.Load(weights + 2 * C), w3 = T.Load(weights + 3 * C), w4 = T.Load(weights + 4 * C);
        T w5 = T.Load(weights + 5 * C), w6 = T.Load(weights + 6 * C), w7 = T.Load(weights + 7 * C), w8 = T.Load(weights + 8 * C), bias = T.Load(weights + 9 * C);
        nint right = _g.DilationX * C, step = _g.StrideX * C, row = (nint)_block.Columns * C, down = _g.DilationY * row;
        for (int y = 0; y < _g.OutHeight; y++)
        {
            float* a = buffer + y * _g.StrideY * row;
            float* b = a + down;
            float* c = b + down;
            for (int x = 0; x < _g.OutWidth; x++)
            {
                T sum = T.MultiplyAdd(w0, T.Load(a), bias);
                sum = T.MultiplyAdd(w1, T.Load(a + right), sum);
                sum = T.MultiplyAdd(w2, T.Load(a + 2 * right), sum);
                sum = T.MultiplyAdd(w3, T.Load(b), sum);
                sum = T.MultiplyAdd(w4, T.Load(b + right), sum);
                sum = T.MultiplyAdd(w5, T.Load(b + 2 * right), sum);
                sum = T.MultiplyAdd(w6, T.Load(c), sum);
                sum = T.MultiplyAdd(w7, T.Load(c + right), sum);
                T.Store(T.MultiplyAdd(w8, T.Load(c + 2 * right), sum), to);
                a += step;
                b += step;
                c += step;
                to += C;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AnyTaps<T>(float* buffer, float* weights, float* to) where T : unmanaged, IChannelLanes<T>
    {
        const int C = ChannelBlock.Channels;
        T bias = T.Load(weights + _taps.Length * C);
        for (int y = 0; y < _g.OutHeight; y++)
        {
            float* from = buffer + (nint)y * _g.StrideY * _block.Columns * C;
            for (int x = 0; x < _g.OutWidth; x++, from += _g.StrideX * C, to += C)
            {
                T sum = bias;
                for (int tap = 0; tap < _taps.Length; tap++) sum = T.MultiplyAdd(T.Load(weights + tap * C), T.Load(from + _taps[tap]), sum);
                T.Store(sum, to);
            }
        }
    }

    private static void Clip(float* values, nint count, float low, float high)
    {
        for (nint i = 0; i < count; i++) values[i] = values[i] < low ? low : values[i] > high ? high : values[i];
    }

    private struct Job : ISliceJob
    {
        public DepthwiseBlocks Owner;
        public ImplicitOperands Operands;
        public int Batch;
        public int Channels;
        public int Blocks;
        public float* Workers;
        public bool Turned;

        public readonly void Execute(int slice, int worker) => Owner.RunBlock(this, slice, worker);
    }
}
