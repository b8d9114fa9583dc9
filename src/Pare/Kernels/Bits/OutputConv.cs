using System.Numerics;
using Pare.Kernels.Convolutions;
using Pare.Kernels.Products;
using Pare.Operators;
using Pare.Threading;

namespace Pare.Kernels.Bits;

/// <summary>What a run of <see cref="OutputConv"/> reads and writes.</summary>
internal unsafe struct OutputOperands
{
    /// <summary>Words of signs, [Batch, Height, Width, words of Channels].</summary>
    public uint* Source;

    /// <summary>Words [Batch, OutHeight, OutWidth, words of OutChannels], or floats [Batch, OutHeight, OutWidth, OutChannels].</summary>
    public byte* Destination;

    /// <summary>As <see cref="OutputWeights"/> packed them.</summary>
    public OutputWeights Weights;

    /// <summary><see cref="OutputConv.ScratchBytes"/>.</summary>
    public byte* Scratch;

    /// <summary>All bits set where the -1 of the pictures are added, otherwise none.</summary>
    public uint Turn;
}

/// <summary>An output pixel of a tile.</summary>
internal struct OutputPixel
{
    /// <summary>Which pixel of the pictures lies at row 0, column 0 of its own.</summary>
    public int Picture;

    /// <summary>The row of the first place of the window.</summary>
    public int Y;

    /// <summary>The column of the first place of the window.</summary>
    public int X;

    /// <summary>Which places lie in the picture.</summary>
    public int Padding;

    /// <summary>Rows added.</summary>
    public int Ones;
}

/// <summary>Convolutions and products of signs by output channels in bits, of one group: a vector is a bit of each of some hundred channels.</summary>
/// <remarks>
/// <see cref="PlaneConv"/> with picture and weights in each other's place: rows of weights that stand at a pixel's ones (or at its zeros, where they are
/// fewer in the pictures) are added, place by place, by carry-save adders. Which those are is listed once for each pixel of the pictures, and each window
/// that sees it copies the list. With A ones, of a sum S, and W = sum over what the pixel sees of 2 w - 1, the result is 2 (2 S - A) - W, or
/// W - 2 (2 S - A) where zeros were added. Lanes are full where a picture's few pixels would leave most of them empty, words are read as they lie, and
/// limits, compared in planes, give words of results again. Sums are exact. Made once per shape; runs allocate nothing.
/// </remarks>
internal abstract unsafe class OutputConv : BitConv<OutputWeights>
{
    /// <summary>Bytes of a unit of an offset.</summary>
    public const int Unit = 8;

    private const int MostPixels = 16;       // that read a segment of weights while it is near
    private const int MostVectors = 2;       // that share the list of a pixel
    private const int NearBytes = 36 << 10;  // of weights: most of a first cache of 48 KB

    protected OutputConv(in ConvShape shape, BinaryResult result, int vectorBytes) : base(shape, result, vectorBytes)
    {
        InWords = Signs.Words(shape.Channels);
        OutWords = Signs.Words(shape.OutChannels);
        Pixels = shape.Batch * shape.OutHeight * shape.OutWidth;
        PixelsOfTile = Blocks.Even(Pixels, MostPixels, 1);
        Vectors = Blocks.CeilDiv(shape.OutChannels, 8 * vectorBytes);
        VectorsOfSlice = Math.Min(Vectors, MostVectors);
        int rows = NearBytes / (vectorBytes * VectorsOfSlice);
        PartWords = Blocks.Even(InWords, Math.Max(1, rows / Signs.WordBits), 1);
        TapsOfSegment = Blocks.Even(shape.Taps, Math.Max(1, rows / (Signs.WordBits * PartWords)), 1);
        ListStride = PartWords * Signs.WordBits + ChannelChoices.Slack;
        long pixels = (long)shape.Batch * shape.Height * shape.Width * Parts;
        CountsOffset = pixels * ListStride * sizeof(ushort);
        WorkersOffset = (CountsOffset + pixels * sizeof(int) + 63) & ~63L;
        // Two lists, planes of a sum as numbers, the sums of a tile, and its pixels.
        ListBytes = Blocks.RoundUp((TapsOfSegment * PartWords * Signs.WordBits + BitSums<BitOpsScalar, ulong>.Unit + ChannelChoices.Slack) * sizeof(ushort), 64);
        SumsOffset = 2 * ListBytes + MostPlanes * vectorBytes + 2 * Signs.WordBits * sizeof(float);
        PixelsOffset = SumsOffset + Blocks.RoundUp(PixelsOfTile * VectorsOfSlice * SumBytes, 64);
        WorkerBytes = PixelsOffset + Blocks.RoundUp(PixelsOfTile * sizeof(OutputPixel), 64);
    }

    /// <summary>Vectors of all output channels.</summary>
    public int Vectors { get; }

    /// <summary>Words of channels of a segment: its weights stay near while the pixels of a tile read them.</summary>
    public int PartWords { get; }

    /// <summary>Places of the window of a segment.</summary>
    public int TapsOfSegment { get; }

    /// <summary>How many segments there are: [words of channels][places of the window].</summary>
    public int Segments => Parts * SegmentsOfPart;

    /// <summary>Segments of the same channels.</summary>
    public int SegmentsOfPart => Blocks.CeilDiv(Shape.Taps, TapsOfSegment);

    /// <summary>Rows of a segment: a row of weights for each bit, and one of zeros, which fills lists up.</summary>
    public int SegmentRows => TapsOfSegment * PartWords * Signs.WordBits + 1;

    /// <summary>Bytes of a segment of a vector.</summary>
    public int SegmentBytes => SegmentRows * VectorBytes;

    /// <inheritdoc/>
    public override double Seconds => CostModel.Outputs(
        (double)Pixels * InWords * Shape.Taps, (double)Pixels * Segments, Vectors, VectorBytes, IsTernary, (double)Pixels * OutWords * (Result.IsBits ? 1 : Signs.WordBits), (double)Vectors * Segments * SegmentBytes);

    protected int Pixels { get; }

    protected int PixelsOfTile { get; }

    protected int VectorsOfSlice { get; }

    protected int InWords { get; }

    protected int OutWords { get; }

    protected int Parts => Blocks.CeilDiv(InWords, PartWords);

    /// <summary>Numbers from the list of a pixel and a part to the next one.</summary>
    protected int ListStride { get; }

    protected long CountsOffset { get; }

    protected int ListBytes { get; }

    protected int SumBytes => Planes * VectorBytes;

    protected int SumsOffset { get; }

    protected int PixelsOffset { get; }

    private long WorkersOffset { get; }

    private long WorkerBytes { get; }

    /// <summary>Whether the kernel knows the shape.</summary>
    public static bool Fits(in ConvShape shape) => shape.Groups == 1;

    /// <inheritdoc/>
    public override long ScratchBytes(int threads) => WorkersOffset + WorkerBytes * threads;

    /// <summary>The form for a processor: of vectors that the output channels fill well.</summary>
    public static OutputConv Of(in ConvShape shape, BinaryResult result, CpuFeatures cpu)
    {
        if (cpu.HasVector512)
        {
            var wide = new OutputConv<BitOps512, Bits512>(shape, result, isTernary: true);
            if (!System.Runtime.Intrinsics.X86.Avx512F.VL.IsSupported) return wide;
            var half = new OutputConv<BitOpsTernary256, Bits256>(shape, result, isTernary: true);
            var quarter = new OutputConv<BitOpsTernary128, System.Runtime.Intrinsics.Vector128<uint>>(shape, result, isTernary: true);
            OutputConv narrow = quarter.Seconds < half.Seconds ? quarter : half;
            return narrow.Seconds < wide.Seconds ? narrow : wide;
        }
        return cpu.HasAvx2 ? new OutputConv<BitOps256, Bits256>(shape, result, isTernary: false)
            : cpu.HasVector128 ? new OutputConv<BitOps128, System.Runtime.Intrinsics.Vector128<uint>>(shape, result, isTernary: false)
            : new OutputConv<BitOpsScalar, ulong>(shape, result, isTernary: false);
    }

    /// <inheritdoc/>
    public override OutputWeights WeightsOf(KernelQuery query) => new(query, this);

    /// <inheritdoc/>
    public override void Run(uint* source, byte* destination, OutputWeights weights, byte* scratch, WorkerPool pool)
    {
        OutputOperands operands = new() { Source = source, Destination = destination, Weights = weights, Scratch = scratch, Turn = Turn(source) };
        pool.Run(Shape.Batch * Shape.Height, new Job { Conv = this, Operands = operands, IsList = true });
        pool.Run(Blocks.CeilDiv(Pixels, PixelsOfTile) * Blocks.CeilDiv(Vectors, VectorsOfSlice), new Job { Conv = this, Operands = operands });
    }

    /// <summary>The lists of a row of pixels.</summary>
    protected abstract void List(in OutputOperands operands, int row);

    /// <summary>Some output pixels for some vectors of output channels.</summary>
    protected abstract void Compute(in OutputOperands operands, int firstPixel, int endPixel, int firstVector, int endVector, byte* worker);

    // All bits set where more than half of the pictures' are; never where words hold bits that are no channel.
    private uint Turn(uint* source)
    {
        if (Shape.Channels % Signs.WordBits != 0) return 0;
        long words = (long)Shape.Batch * Shape.Height * Shape.Width * (Shape.Channels / Signs.WordBits), ones = 0, i = 0;
        for (; i + 2 <= words; i += 2) ones += BitOperations.PopCount(*(ulong*)(source + i));
        if (i < words) ones += BitOperations.PopCount(source[i]);
        return 2 * ones > words * Signs.WordBits ? uint.MaxValue : 0;
    }

    private struct Job : ISliceJob
    {
        public OutputConv Conv;
        public OutputOperands Operands;
        public bool IsList;

        public readonly void Execute(int slice, int worker)
        {
            if (IsList)
            {
                Conv.List(Operands, slice);
                return;
            }
            int tiles = Blocks.CeilDiv(Conv.Pixels, Conv.PixelsOfTile), first = slice % tiles * Conv.PixelsOfTile, vector = slice / tiles * Conv.VectorsOfSlice;
            Conv.Compute(Operands, first, Math.Min(first + Conv.PixelsOfTile, Conv.Pixels), vector, Math.Min(vector + Conv.VectorsOfSlice, Conv.Vectors), Operands.Scratch + Conv.WorkersOffset + worker * Conv.WorkerBytes);
        }
    }
}
