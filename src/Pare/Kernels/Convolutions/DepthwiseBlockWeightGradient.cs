using System.Runtime.CompilerServices;
using Pare.Kernels.Products;
using Pare.Threading;

namespace Pare.Kernels.Convolutions;

/// <summary>dw of a depthwise convolution of small pictures: vectors run over 16 channels, one register for each tap of a 3 x 3.</summary>
/// <remarks>
/// Each tap sums an image in one chain over its outputs; images add in order within up to 8 groups of them, which then add in order: cut by
/// shape alone, so that bits depend neither on threads nor on the level.
/// </remarks>
internal sealed unsafe class DepthwiseBlockWeightGradient : ConvWeightGradient
{
    private const int C = ChannelBlock.Channels;
    private const int MostGroups = 8;
    private readonly PlaneGeometry _g;
    private readonly ChannelBlock _block;
    private readonly CpuFeatures _cpu;
    private readonly int _blocks, _images, _groups;

    /// <summary>Decides how the work is cut.</summary>
    public DepthwiseBlockWeightGradient(in ConvShape shape, CpuFeatures cpu) : base(shape)
    {
        (_g, _cpu) = (PlaneGeometry.Forward(shape), cpu);
        _block = new ChannelBlock(_g);
        _blocks = Blocks.CeilDiv(shape.Groups, C);
        _images = Blocks.CeilDiv(shape.Batch, MostGroups);
        _groups = Blocks.CeilDiv(shape.Batch, _images);
    }

    // dy [pixels, 16], the sums of an image [taps, 16], the block
    private long WorkerFloats => Blocks.RoundUp((_g.Pixels + _g.Taps) * C + _block.Floats, 16);

    private long PartialFloats => (long)_groups * _blocks * _g.Taps * C;

    /// <inheritdoc/>
    public override long ScratchBytes(int threads) => Scratch.Bytes(PartialFloats) + Scratch.Bytes(threads * WorkerFloats);

    /// <inheritdoc/>
    public override void Run(float* input, float* outputGradient, float* weightGradient, WorkerPool pool, byte* scratch)
    {
        Scratch pieces = new(scratch);
        float* partial = pieces.Take(PartialFloats);
        pool.Run(_groups * _blocks, new Job { Owner = this, Input = input, OutputGradient = outputGradient, Partial = partial, Workers = pieces.Take(1) });
        for (int channel = 0; channel < Shape.Groups; channel++)
        {
            for (int tap = 0; tap < _g.Taps; tap++)
            {
                float sum = 0;
                for (int group = 0; group < _groups; group++) sum += partial[(((nint)group * _blocks + channel / C) * _g.Taps + tap) * C + channel % C];
                weightGradient[channel * _g.Taps + tap] = sum;
            }
        }
    }

    private void RunSlice(in Job job, int slice, int worker)
    {
        (int group, int block) = Math.DivRem(slice, _blocks);
        int channel = block * C, count = Math.Min(C, Shape.Groups - channel), taps = _g.Taps * C;
        float* gradient = job.Workers + worker * WorkerFloats;
        float* sums = gradient + (nint)_g.Pixels * C;
        float* buffer = sums + taps;
        float* total = job.Partial + (nint)slice * taps;
        new Span<float>(total, taps).Clear();
        new Span<float>(gradient, _g.Pixels * C).Clear();
        _block.Clear(buffer);
        int end = Math.Min(Shape.Batch, (group + 1) * _images);
        for (int image = group * _images; image < end; image++)
        {
            nint plane = (nint)image * Shape.Groups + channel;
            _block.Gather(job.Input + plane * _g.Height * _g.Width, count, buffer);
            Transposer.Run(job.OutputGradient + plane * _g.Pixels, _g.Pixels, count, _g.Pixels, gradient, C);
            if (_cpu.HasVector512) Sum<ChannelLanes512>(buffer, gradient, sums);
            else if (_cpu.HasAvx2) Sum<ChannelLanes256>(buffer, gradient, sums);
            else if (_cpu.HasVector128) Sum<ChannelLanes128>(buffer, gradient, sums);
            else Sum<ChannelLanesScalar>(buffer, gradient, sums);
            for (int i = 0; i < taps; i++) total[i] += sums[i];
        }
    }

    private void Sum<T>(float* buffer, float* gradient, float* sums) where T : unmanaged, IChannelLanes<T>
    {
        for (int lane = 0; lane < C; lane += T.Count)
        {
            if (_g.KernelHeight == 3 && _g.KernelWidth == 3)
            {
                ThreeByThree<T>(buffer + lane, gradient + lane, sums + lane);
                continue;
            }
            for (int tap = 0; tap < _g.Taps; tap++)
            {
                (int kh, int kw) = Math.DivRem(tap, _g.KernelWidth);
                OneTap<T>(buffer + ((nint)kh * _g.DilationY * _block.Columns + kw * _g.DilationX) * C + lane, gradient + lane, sums + tap * C + lane);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ThreeByThree<T>(float* buffer, float* by, float* sums) where T : unmanaged, IChannelLanes<T>
    {
        T s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default, s8 = default;
        nint right = _g.DilationX * C, step = _g.StrideX * C, row = (nint)_block.Columns * C, down = _g.DilationY * row;
        for (int y = 0; y < _g.OutHeight; y++)
        {
            float* a = buffer + y * _g.StrideY * row;
            float* b = a + down;
            float* c = b + down;
            for (int x = 0; x < _g.OutWidth; x++)
            {
                T d = T.Load(by);
                s0 = T.MultiplyAdd(d, T.Load(a), s0);
                s1 = T.MultiplyAdd(d, T.Load(a + right), s1);
                s2 = T.MultiplyAdd(d, T.Load(a + 2 * right), s2);
                s3 = T.MultiplyAdd(d, T.Load(b), s3);
                s4 = T.MultiplyAdd(d, T.Load(b + right), s4);
                s5 = T.MultiplyAdd(d, T.Load(b + 2 * right), s5);
                s6 = T.MultiplyAdd(d, T.Load(c), s6);
                s7 = T.MultiplyAdd(d, T.Load(c + right), s7);
                s8 = T.MultiplyAdd(d, T.Load(c + 2 * right), s8);
                a += step;
                b += step;
                c += step;
                by += C;
            }
        }
        T.Store(s0, sums);
        T.Store(s1, sums + C);
        T.Store(s2, sums + 2 * C);
        T.Store(s3, sums + 3 * C);
        T.Store(s4, sums + 4 * C);
        T.Store(s5, sums + 5 * C);
        T.Store(s6, sums + 6 * C);
        T.Store(s7, sums + 7 * C);
        T.Store(s8, sums + 8 * C);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void OneTap<T>(float* from, float* by, float* sum) where T : unmanaged, IChannelLanes<T>
    {
        T s = default;
        for (int y = 0; y < _g.OutHeight; y++)
        {
            float* row = from + (nint)y * _g.StrideY * _block.Columns * C;
            for (int x = 0; x < _g.OutWidth; x++, row += _g.StrideX * C, by += C) s = T.MultiplyAdd(T.Load(by), T.Load(row), s);
        }
        T.Store(s, sum);
    }

    private struct Job : ISliceJob
    {
        public DepthwiseBlockWeightGradient Owner;
        public float* Input;
        public float* OutputGradient;
        public float* Partial;
        public float* Workers;

        public readonly void Execute(int slice, int worker) => Owner.RunSlice(this, slice, worker);
    }
}
