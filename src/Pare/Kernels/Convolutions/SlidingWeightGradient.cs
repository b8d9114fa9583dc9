using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Pare.Kernels.Products;
using Pare.Threading;

namespace Pare.Kernels.Convolutions;

/// <summary>dw of a stride-1 convolution by sliding dy over the image: nothing is transposed, vectors run along the pixels.</summary>
/// <remarks>
/// dy gets the row distance of the staged image, with zeros between rows, so a whole plane is one long dot product per (output, tap):
/// dw[o, t] = sum_p dy'[o, p] * x'[p + offset(t)]. Blocks of 4 outputs x 5 taps hold 20 sums of 16 lanes in registers; lanes stay in memory
/// between images and are folded at the end. A number of x that is not finite may also reach sums in which its dy is a padding zero.
/// </remarks>
internal sealed unsafe class SlidingWeightGradient : ConvWeightGradient
{
    private const int LaneCount = 16;
    private const int BlockOutputs = 4;
    private const int BlockTaps = 5;
    private const int MostImageGroups = 16;
    private const int LeastPositions = 256;
    private const long MostPartialFloats = 1 << 24;
    private const int MostPlaneFloats = 1 << 15;

    private readonly PlaneGeometry _g;
    private readonly Staging _staging;
    private readonly int _imageGroups;
    private readonly int _positions;
    private readonly int[] _tapOffsets;

    /// <summary>Lays the buffers out.</summary>
    public SlidingWeightGradient(in ConvShape shape) : base(shape)
    {
        _g = PlaneGeometry.Forward(shape);
        _staging = new Staging(_g, _g.OutHeight, always: true);
        _positions = Positions(shape);
        _imageGroups = (int)Math.Clamp(MostPartialFloats / PartialFloats, 1, Math.Min(MostImageGroups, shape.Batch));
        _tapOffsets = new int[_g.Depth];
        for (int i = 0; i < _tapOffsets.Length; i++)
            _tapOffsets[i] = _staging.TapOffset(i / _g.Taps, i % _g.Taps / _g.KernelWidth, i % _g.KernelWidth);
    }

    private long PartialFloats => Shape.WeightFloats * LaneCount;

    private int StagedFloats => Blocks.RoundUp(_g.Channels * _staging.PlaneStride + LaneCount, LaneCount);

    private long WorkerFloats => StagedFloats + (long)_g.Rows * _positions;

    /// <summary>Whether this way is the better one: few channels, planes long enough to hide the loads and stores of sums.</summary>
    public static bool Fits(in ConvShape shape, CpuFeatures cpu) =>
        cpu.HasVector512 && shape.StrideX == 1 && shape.StrideY == 1 && shape.GroupChannels <= 16 && shape.Taps > 1
        && Positions(shape) is >= LeastPositions and <= MostPlaneFloats && shape.Batch >= 4;

    /// <inheritdoc/>
    public override long ScratchBytes(int threads) => Scratch.Bytes(_imageGroups * PartialFloats) + Scratch.Bytes(threads * WorkerFloats);

    /// <inheritdoc/>
    public override void Run(float* input, float* outputGradient, float* weightGradient, WorkerPool pool, byte* scratch)
    {
        Scratch pieces = new(scratch);
        Job job = new() { Owner = this, Input = input, OutputGradient = outputGradient, WeightGradient = weightGradient };
        job.Partials = pieces.Take(_imageGroups * PartialFloats);
        job.Workers = pieces.Take(pool.Threads * WorkerFloats);
        pool.Run(_imageGroups * Shape.Groups, job);
        pool.Run(Shape.OutChannels, SliceWork.Floats((double)_imageGroups * Shape.WeightFloats / Shape.OutChannels), new FoldJob { Job = job });
    }

    // The positions of dy' that a plane takes, in whole vectors.
    private static int Positions(in ConvShape shape)
    {
        int rowStride = shape.OutWidth + (shape.KernelWidth - 1) * shape.DilationX;
        return Blocks.RoundUp((shape.OutHeight - 1) * rowStride + shape.OutWidth, LaneCount);
    }

    private void RunSlice(Job job, int slice, int worker)
    {
        (int imageGroup, int group) = Math.DivRem(slice, Shape.Groups);
        float* staged = job.Workers + worker * WorkerFloats;
        float* spread = staged + StagedFloats;
        float* sums = job.Partials + imageGroup * PartialFloats + (nint)group * _g.Rows * _g.Depth * LaneCount;
        new Span<float>(sums, _g.Rows * _g.Depth * LaneCount).Clear();
        new Span<float>(staged, StagedFloats).Clear();
        new Span<float>(spread, _g.Rows * _positions).Clear();
        int first = (int)((long)Shape.Batch * imageGroup / _imageGroups), end = (int)((long)Shape.Batch * (imageGroup + 1) / _imageGroups);
        for (int image = first; image < end; image++)
        {
            _staging.Fill(job.Input + ((nint)image * Shape.Channels + group * _g.Channels) * _g.Height * _g.Width, _g.Channels, 0, _staging.MaxRows, staged);
            Spread(job.OutputGradient + ((nint)image * Shape.OutChannels + group * _g.Rows) * _g.Pixels, spread);
            for (int o = 0; o < _g.Rows; o += BlockOutputs)
                Outputs(Math.Min(BlockOutputs, _g.Rows - o), spread + (nint)o * _positions, staged, sums + (nint)o * _g.Depth * LaneCount);
        }
    }

    // src dy [o, y, x] -> dst [o, y * RowStride + x]; the numbers between were cleared once
    private void Spread(float* gradient, float* spread)
    {
        for (int o = 0; o < _g.Rows; o++)
        {
            for (int y = 0; y < _g.OutHeight; y++, gradient += _g.OutWidth)
                CopyRow(gradient, spread + (nint)o * _positions + (nint)y * _staging.RowStride, _g.OutWidth);
        }
    }

    private static void CopyRow(float* from, float* to, int count)
    {
        int i = 0;
        for (; i + 8 <= count; i += 8)
            Vector256.Load(from + i).Store(to + i);
        for (; i < count; i++)
            to[i] = from[i];
    }

    private void Outputs(int outputs, float* spread, float* staged, float* sums)
    {
        for (int t = 0; t < _g.Depth; t += BlockTaps)
        {
            int taps = Math.Min(BlockTaps, _g.Depth - t);
            float* s = sums + t * LaneCount;
            switch (outputs)
            {
                case 1: Taps<N1>(taps, t, spread, staged, s); break;
                case 2: Taps<N2>(taps, t, spread, staged, s); break;
                case 3: Taps<N3>(taps, t, spread, staged, s); break;
                default: Taps<N4>(taps, t, spread, staged, s); break;
            }
        }
    }

    private void Taps<TOutputs>(int taps, int t, float* spread, float* staged, float* sums) where TOutputs : struct, ICount
    {
        switch (taps)
        {
            case 1: Block<TOutputs, N1>(t, spread, staged, sums); break;
            case 2: Block<TOutputs, N2>(t, spread, staged, sums); break;
            case 3: Block<TOutputs, N3>(t, spread, staged, sums); break;
            case 4: Block<TOutputs, N4>(t, spread, staged, sums); break;
            default: Block<TOutputs, N5>(t, spread, staged, sums); break;
        }
    }

    // sOT: output O, tap T of the block. The conditions are constants of the compiled code.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Block<TOutputs, TTaps>(int t, float* spread, float* staged, float* sums) where TOutputs : struct, ICount where TTaps : struct, ICount
    {
        if (!Avx512F.IsSupported)
            throw new PlatformNotSupportedException();
        float* x0 = staged + _tapOffsets[t];
        float* x1 = TTaps.Value > 1 ? staged + _tapOffsets[t + 1] : x0;
        float* x2 = TTaps.Value > 2 ? staged + _tapOffsets[t + 2] : x0;
        float* x3 = TTaps.Value > 3 ? staged + _tapOffsets[t + 3] : x0;
        float* x4 = TTaps.Value > 4 ? staged + _tapOffsets[t + 4] : x0;
        nint step = (nint)_g.Depth * LaneCount;
        Vector512<float> s00 = default, s01 = default, s02 = default, s03 = default, s04 = default;
        Vector512<float> s10 = default, s11 = default, s12 = default, s13 = default, s14 = default;
        Vector512<float> s20 = default, s21 = default, s22 = default, s23 = default, s24 = default;
        Vector512<float> s30 = default, s31 = default, s32 = default, s33 = default, s34 = default;
        for (int p = 0; p < _positions; p += LaneCount)
        {
            Vector512<float> d;
            Vector512<float> v0 = Vector512.Load(x0 + p), v1 = Vector512.Load(x1 + p), v2 = Vector512.Load(x2 + p);
            Vector512<float> v3 = Vector512.Load(x3 + p), v4 = Vector512.Load(x4 + p);
            d = Vector512.Load(spread + p);
            s00 = Fused(d, v0, s00);
            if (TTaps.Value > 1) s01 = Fused(d, v1, s01);
            if (TTaps.Value > 2) s02 = Fused(d, v2, s02);
            if (TTaps.Value > 3) s03 = Fused(d, v3, s03);
            if (TTaps.Value > 4) s04 = Fused(d, v4, s04);
            if (TOutputs.Value > 1)
            {
                d = Vector512.Load(spread + _positions + p);
                s10 = Fused(d, v0, s10);
                if (TTaps.Value > 1) s11 = Fused(d, v1, s11);
                if (TTaps.Value > 2) s12 = Fused(d, v2, s12);
                if (TTaps.Value > 3) s13 = Fused(d, v3, s13);
                if (TTaps.Value > 4) s14 = Fused(d, v4, s14);
            }
            if (TOutputs.Value > 2)
            {
                d = Vector512.Load(spread + 2 * _positions + p);
                s20 = Fused(d, v0, s20);
                if (TTaps.Value > 1) s21 = Fused(d, v1, s21);
                if (TTaps.Value > 2) s22 = Fused(d, v2, s22);
                if (TTaps.Value > 3) s23 = Fused(d, v3, s23);
                if (TTaps.Value > 4) s24 = Fused(d, v4, s24);
            }
            if (TOutputs.Value > 3)
            {
                d = Vector512.Load(spread + 3 * _positions + p);
                s30 = Fused(d, v0, s30);
                if (TTaps.Value > 1) s31 = Fused(d, v1, s31);
                if (TTaps.Value > 2) s32 = Fused(d, v2, s32);
                if (TTaps.Value > 3) s33 = Fused(d, v3, s33);
                if (TTaps.Value > 4) s34 = Fused(d, v4, s34);
            }
        }
        Add<TTaps>(sums, s00, s01, s02, s03, s04);
        if (TOutputs.Value > 1) Add<TTaps>(sums + step, s10, s11, s12, s13, s14);
        if (TOutputs.Value > 2) Add<TTaps>(sums + 2 * step, s20, s21, s22, s23, s24);
        if (TOutputs.Value > 3) Add<TTaps>(sums + 3 * step, s30, s31, s32, s33, s34);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Fused(Vector512<float> d, Vector512<float> v, Vector512<float> sum) => Avx512F.FusedMultiplyAdd(d, v, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TTaps>(float* sums, Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, Vector512<float> e)
        where TTaps : struct, ICount
    {
        (Vector512.Load(sums) + a).Store(sums);
        if (TTaps.Value > 1) (Vector512.Load(sums + LaneCount) + b).Store(sums + LaneCount);
        if (TTaps.Value > 2) (Vector512.Load(sums + 2 * LaneCount) + c).Store(sums + 2 * LaneCount);
        if (TTaps.Value > 3) (Vector512.Load(sums + 3 * LaneCount) + d).Store(sums + 3 * LaneCount);
        if (TTaps.Value > 4) (Vector512.Load(sums + 4 * LaneCount) + e).Store(sums + 4 * LaneCount);
    }

    // dw[o, t] = the lanes of all image groups, groups in order, lanes folded by halves
    private void Fold(Job job, int row)
    {
        float* sums = job.Partials + (nint)row * _g.Depth * LaneCount;
        for (int g = 1; g < _imageGroups; g++)
            Lanes.Add(sums, sums + g * PartialFloats, _g.Depth * LaneCount);
        for (int t = 0; t < _g.Depth; t++, sums += LaneCount)
        {
            for (int half = LaneCount / 2; half > 0; half /= 2)
            {
                for (int i = 0; i < half; i++)
                    sums[i] += sums[i + half];
            }
            job.WeightGradient[(nint)row * _g.Depth + t] = sums[0];
        }
    }

    private struct Job : ISliceJob
    {
        public SlidingWeightGradient Owner;
        public float* Input;
        public float* OutputGradient;
        public float* WeightGradient;
        public float* Partials;
        public float* Workers;

        public readonly void Execute(int slice, int worker) => Owner.RunSlice(this, slice, worker);
    }

    private struct FoldJob : ISliceJob
    {
        public Job Job;

        public readonly void Execute(int slice, int worker) => Job.Owner.Fold(Job, slice);
    }
}
