using Pare.Kernels.Convolutions;
using Pare.Kernels.Products;
using Pare.Operators;
using Pare.Threading;

namespace Pare.Kernels.Bits;

/// <summary>What a run of <see cref="PlaneConv"/> reads and writes.</summary>
internal unsafe struct PlaneOperands
{
    /// <summary>Words of signs, [Batch, Height, Width, words of Channels].</summary>
    public uint* Source;

    /// <summary>Words [Batch, OutHeight, OutWidth, words of OutChannels], or floats [Batch, OutHeight, OutWidth, OutChannels].</summary>
    public byte* Destination;

    /// <summary>As <see cref="PlaneWeights"/> packed them.</summary>
    public PlaneWeights Weights;

    /// <summary><see cref="PlaneConv.ScratchBytes"/>.</summary>
    public byte* Scratch;
}

/// <summary>Convolutions of signs with channels last, any window and groups, by pixels in bits: a vector is a bit of each of some hundred pixels.</summary>
/// <remarks>
/// With bits x and w for +1 (1) and -1 (0), a sum over k of (2 x - 1)(2 w - 1) is 2 (2 S - X) + what depends on the weights alone, S being the number
/// of k with w and x, X that of k with x. So the rows of the picture that stand at a weight's ones are added, place by place, by carry-save adders,
/// and its zeros cost nothing; where there are more ones than zeros the zeros are added and the sum is turned. X is the same for all output channels.
/// No bit is counted across places, so no processor needs to count bits, and limits are compared in planes: the result is bits again.
/// Sums are exact, so every processor and thread count gives the same. Made once per shape; runs allocate nothing.
/// </remarks>
internal abstract unsafe class PlaneConv : BitConv<PlaneWeights>
{
    /// <summary>Output channels of a block: a word of results.</summary>
    protected const int Block = 32;

    private const int MostVectors = 2;        // that share the list of a channel
    private const int NearBytes = 36 << 10;   // of planes that are read again and again: most of a first cache of 48 KB

    protected PlaneConv(in ConvShape shape, BinaryResult result, int vectorBytes) : base(shape, result, vectorBytes)
    {
        Layout = PlaneLayout.Of(shape);
        Vectors = Blocks.CeilDiv(Layout.OutBits, 8 * vectorBytes);
        VectorsOfChunk = Math.Min(Vectors, MostVectors);
        InWords = Signs.Words(shape.Channels);
        OutBlocks = Blocks.CeilDiv(shape.OutChannels, Block);
        // What a list names lies within 16 bits of units: some channels, and rows of zeros behind them that fill lists up.
        ZeroBytes = (Vectors + 2) * vectorBytes;
        long most = ((long)ushort.MaxValue * Layout.Unit - ZeroBytes) / Layout.ChannelBytes / Signs.WordBits * Signs.WordBits;
        Fits = most > 0;
        // And what a segment's planes show of some vectors stays near while all outputs of a block read them.
        int seen = Math.Min(Layout.PhaseBytes, Blocks.RoundUp(VectorsOfChunk * vectorBytes + shape.KernelHeight * Layout.PitchBytes, 64)) * (Layout.ChannelBytes / Layout.PhaseBytes);
        most = Math.Min(most, NearBytes / seen);
        SegmentChannels = Blocks.Even(InWords * Signs.WordBits, (int)Math.Max(most, Signs.WordBits), Signs.WordBits);
        SegmentBytes = (SegmentChannels * Layout.ChannelBytes + ZeroBytes + 63) & ~63;
        long at = (long)Blocks.CeilDiv(InWords * Signs.WordBits, SegmentChannels) * SegmentBytes + 64;
        TotalsOffset = at;
        at += (long)shape.Groups * Vectors * Planes * vectorBytes;
        WorkersOffset = (at + 63) & ~63L;
        // Two lists, and squares: of each vector one for each pair of channels, whose upper and lower halves are sums before;
        // for bits another one of each vector.
        ListBytes = 2 * Blocks.RoundUp((SegmentChannels * shape.Taps + BitSums<BitOpsScalar, ulong>.Unit + ChannelChoices.Slack) * sizeof(ushort), 64);
        SquaresOffset = ListBytes;
        WorkerBytes = SquaresOffset + (long)VectorsOfChunk * (MostPlanes + (result.IsBits ? 1 : 0)) * SquareBytes + Block * sizeof(float) * 2;
        WorkerBytes = (WorkerBytes + 63) & ~63L;
    }

    /// <summary>How the picture lies.</summary>
    public PlaneLayout Layout { get; }

    /// <summary>Vectors of an output channel.</summary>
    public int Vectors { get; }

    /// <summary>False where 32 channels do not lie within what a list can name.</summary>
    public bool Fits { get; }

    /// <inheritdoc/>
    public override double Seconds => Shape.Batch * CostModel.Planes(
        (double)Shape.OutChannels * Blocks.CeilDiv(Terms / 2, BitSums<BitOpsScalar, ulong>.Unit), Shape.OutChannels, Vectors, VectorBytes, IsTernary,
        (double)Shape.OutHeight * Shape.OutWidth * Shape.OutChannels / (Result.IsBits ? 32 : 1));

    protected int VectorsOfChunk { get; }

    protected int InWords { get; }

    protected int OutBlocks { get; }

    protected int ZeroBytes { get; }

    protected int SegmentChannels { get; }

    protected int SegmentBytes { get; }

    protected int SquaresOffset { get; }

    protected long TotalsOffset { get; }

    protected long WorkersOffset { get; }

    protected int ListBytes { get; }

    protected long WorkerBytes { get; }

    /// <summary>Bytes of 32 vectors, and a line between them and the next, so that they do not meet in the cache.</summary>
    protected int SquareBytes => Block * VectorBytes + 64;

    /// <inheritdoc/>
    public override long ScratchBytes(int threads) => WorkersOffset + WorkerBytes * threads;

    /// <summary>The form for a processor: of vectors that the picture fills well.</summary>
    public static PlaneConv Of(in ConvShape shape, BinaryResult result, CpuFeatures cpu)
    {
        if (cpu.HasVector512)
        {
            bool isSmall = System.Runtime.Intrinsics.X86.Avx512F.VL.IsSupported;
            var wide = new PlaneConv<BitOps512, Bits512>(shape, result, isTernary: true);
            if (!isSmall) return wide;
            var narrow = new PlaneConv<BitOpsTernary256, Bits256>(shape, result, isTernary: true);
            return narrow.Seconds < wide.Seconds ? narrow : wide;
        }
        return cpu.HasAvx2 ? new PlaneConv<BitOps256, Bits256>(shape, result, isTernary: false)
            : cpu.HasVector128 ? new PlaneConv<BitOps128, System.Runtime.Intrinsics.Vector128<uint>>(shape, result, isTernary: false)
            : new PlaneConv<BitOpsScalar, ulong>(shape, result, isTernary: false);
    }

    /// <inheritdoc/>
    public override PlaneWeights WeightsOf(KernelQuery query) => new(query, this);

    /// <inheritdoc/>
    public override void Run(uint* source, byte* destination, PlaneWeights weights, byte* scratch, WorkerPool pool)
    {
        PlaneOperands operands = new() { Source = source, Destination = destination, Weights = weights, Scratch = scratch };
        Prepare(operands);
        int chunks = Blocks.CeilDiv(Vectors, VectorsOfChunk);
        for (int picture = 0; picture < Shape.Batch; picture++)
        {
            pool.Run(InWords, new Job { Conv = this, Operands = operands, Phase = 0 });
            pool.Run(Shape.Groups * Vectors, new Job { Conv = this, Operands = operands, Phase = 1 });
            pool.Run(OutBlocks * chunks, new Job { Conv = this, Operands = operands, Phase = 2 });
            operands.Source += (nint)Shape.Height * Shape.Width * InWords;
            operands.Destination += (nint)Shape.OutHeight * Shape.OutWidth * (Result.IsBits ? OutBlocks : Shape.OutChannels) * sizeof(uint);
        }
    }

    /// <summary>32 channels of a picture from words of each pixel to planes.</summary>
    protected abstract void Stage(in PlaneOperands operands, int word, byte* worker);

    /// <summary>X of all pixels of a vector, for a group.</summary>
    protected abstract void Total(in PlaneOperands operands, int slice, byte* worker);

    /// <summary>A block of output channels for some vectors.</summary>
    protected abstract void Compute(in PlaneOperands operands, int block, int firstVector, int endVector, byte* worker);

    private void Prepare(in PlaneOperands operands)
    {
        for (int channel = 0, segment = 0; channel < Shape.Channels; channel += SegmentChannels, segment++)
            new Span<byte>(operands.Scratch + (nint)segment * SegmentBytes + SegmentChannels * Layout.ChannelBytes, ZeroBytes).Clear();
    }

    private struct Job : ISliceJob
    {
        public PlaneConv Conv;
        public PlaneOperands Operands;
        public int Phase;

        public readonly void Execute(int slice, int worker)
        {
            byte* own = Operands.Scratch + Conv.WorkersOffset + worker * Conv.WorkerBytes;
            if (Phase == 0) Conv.Stage(Operands, slice, own);
            else if (Phase == 1) Conv.Total(Operands, slice, own);
            else
            {
                (int chunk, int block) = Math.DivRem(slice, Conv.OutBlocks);
                int first = chunk * Conv.VectorsOfChunk;
                Conv.Compute(Operands, block, first, Math.Min(first + Conv.VectorsOfChunk, Conv.Vectors), own);
            }
        }
    }
}
