using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Pare.Kernels.Integer.Products;
using Pare.Operators;
using Pare.Threading;

namespace Pare.Kernels.Integer.Elements;

/// <summary>y = f(a, b) of bytes: of one shape, or one of them repeated along outer and inner axes.</summary>
/// <remarks>Runs of the repeated operand are cut into slices; what is left of a run after whole vectors goes byte by byte, so results may take the place of an operand.</remarks>
internal sealed unsafe class BytePairs<TPair>(KernelQuery query, TPair pair, ByteFormat[] formats, BytePairShape shape, IntegerResult result) : PlannedKernel
    where TPair : struct, IBytePair
{
    private const int SliceBytes = 1 << 15;
    private readonly CpuFeatures _cpu = query.Cpu;
    private readonly ByteRange _range = new(result);
    private readonly TPair _pair = shape.Exchanges ? (TPair)pair.Exchanged : pair;
    private readonly ByteFormat _whole = formats[shape.Exchanges ? 1 : 0], _other = formats[shape.Exchanges ? 0 : 1];

    /// <inheritdoc/>
    public override double Seconds => CostModel.Loop(0.75 * shape.Count, nanoseconds: 0.1);

    /// <inheritdoc/>
    public override void Run(in KernelArguments arguments)
    {
        fixed (byte* whole = arguments.Inputs[shape.Exchanges ? 1 : 0]!.Bytes, other = arguments.Inputs[shape.Exchanges ? 0 : 1]!.Bytes, y = arguments.Outputs[0].Bytes)
        {
            int run = shape.RunLength, perSlice = Math.Max(1, SliceBytes / run), parts = Math.Max(1, run / SliceBytes);
            long runs = shape.Count / run;
            Job job = new() { Pairs = this, Whole = whole, Other = other, Y = y, Runs = runs, PerSlice = perSlice, Parts = parts };
            arguments.Pool.Run((int)((runs + perSlice - 1) / perSlice) * parts, job);
        }
    }

    private void Map(byte* whole, byte* other, byte* y, int count)
    {
        int done = 0;
        if (_cpu.HasVector512) done = Map<Bytes512, Ints16>(whole, other, y, 0, count);
        else if (_cpu.HasAvx2) done = Map<Bytes256, Ints8>(whole, other, y, 0, count);
        else if (_cpu.HasVector128) done = Map<Bytes128, Vector128<int>>(whole, other, y, 0, count);
        Map<BytesScalar, int>(whole, other, y, done, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Map<TOps, TVector>(byte* whole, byte* other, byte* y, int first, int count) where TOps : struct, IByteOps<TVector> where TVector : unmanaged
    {
        TOps.Require();
        TVector flipA = TOps.Create(_whole.Flip), lessA = TOps.Create(_whole.Less), flipB = TOps.Create(_other.Flip), lessB = TOps.Create(_other.Less);
        TPair one = _pair;
        ByteRange range = _range;
        int i = first;
        if (shape.IsOne)
        {
            TVector b = TOps.Subtract(TOps.Xor(TOps.Create(*other), flipB), lessB);
            for (; i <= count - TOps.Lanes; i += TOps.Lanes)
                one.Store<TOps, TVector>(y + i, TOps.Subtract(TOps.Xor(TOps.Load(whole + i), flipA), lessA), b, range);
            return i;
        }
        for (; i <= count - TOps.Lanes; i += TOps.Lanes)
        {
            TVector a = TOps.Subtract(TOps.Xor(TOps.Load(whole + i), flipA), lessA), b = TOps.Subtract(TOps.Xor(TOps.Load(other + i), flipB), lessB);
            one.Store<TOps, TVector>(y + i, a, b, range);
        }
        return i;
    }

    private struct Job : ISliceJob
    {
        public BytePairs<TPair> Pairs;
        public byte* Whole;
        public byte* Other;
        public byte* Y;
        public long Runs;
        public int PerSlice;
        public int Parts;

        public readonly void Execute(int slice, int worker)
        {
            (slice, int part) = Math.DivRem(slice, Parts);
            (int length, bool isOne) = Pairs.Runs;
            int first = (int)((long)length * part / Parts), end = (int)((long)length * (part + 1) / Parts);
            for (long run = (long)slice * PerSlice; run < Math.Min(Runs, (slice + 1L) * PerSlice); run++)
                Pairs.Map(Whole + run * length + first, Other + Pairs.OtherOf(run) + (isOne ? 0 : first), Y + run * length + first, end - first);
        }
    }

    private (int Length, bool IsOne) Runs => (shape.RunLength, shape.IsOne);

    private long OtherOf(long run) => shape.OtherOf(run);
}
