using Pare.Kernels.Convolutions;
using Pare.Operators;
using Pare.Threading;

namespace Pare.Kernels.Bits;

/// <summary>A way to compute convolutions and products of signs in vectors of bits: by pixels, <see cref="PlaneConv"/>, or by output channels, <see cref="OutputConv"/>.</summary>
/// <typeparam name="TWeights">How it packs weights.</typeparam>
internal abstract unsafe class BitConv<TWeights> where TWeights : IBitWeights
{
    /// <summary>Half a word: most planes, of sums that <see cref="BinaryResult.MostTerms"/> bounds.</summary>
    protected const int MostPlanes = 16;

    private const int LeastPlanes = 7;

    /// <summary>Of sizes.</summary>
    protected BitConv(in ConvShape shape, BinaryResult result, int vectorBytes)
    {
        Shape = shape.Validate();
        (Result, VectorBytes) = (result, vectorBytes);
        Padding = new PaddingClasses(shape);
        Planes = LeastPlanes;
        while (1 << (Planes - 1) < Terms + 2) Planes++;
    }

    /// <summary>The sizes.</summary>
    public ConvShape Shape { get; }

    /// <summary>What becomes of sums.</summary>
    public BinaryResult Result { get; }

    /// <summary>Terms of a sum.</summary>
    public int Terms => Shape.GroupChannels * Shape.Taps;

    /// <summary>Planes of a number in two's complement that a sum fits into, and one that is over every sum.</summary>
    public int Planes { get; }

    /// <summary>Which pixels see how much of the padding.</summary>
    public PaddingClasses Padding { get; }

    /// <summary>Bytes of a vector.</summary>
    public int VectorBytes { get; }

    /// <summary>Whether an instruction has three operands; then 512 bits may be used beside shorter vectors.</summary>
    public abstract bool IsTernary { get; }

    /// <summary>Predicted time of a run on one thread.</summary>
    public abstract double Seconds { get; }

    /// <summary>Memory of a run on so many threads.</summary>
    public abstract long ScratchBytes(int threads);

    /// <summary>The weights of a query whose inputs are picture, weight, and limits or factors and biases.</summary>
    public abstract TWeights WeightsOf(KernelQuery query);

    /// <summary>Computes y.</summary>
    /// <param name="source">Words of signs, [Batch, Height, Width, words of Channels].</param>
    /// <param name="destination">Words [Batch, OutHeight, OutWidth, words of OutChannels], or floats [Batch, OutHeight, OutWidth, OutChannels].</param>
    /// <param name="weights">Packed.</param>
    /// <param name="scratch">At least <see cref="ScratchBytes"/>.</param>
    /// <param name="pool">Threads.</param>
    public abstract void Run(uint* source, byte* destination, TWeights weights, byte* scratch, WorkerPool pool);
}

/// <summary>Weights as a <see cref="BitConv{TWeights}"/> reads them.</summary>
internal interface IBitWeights
{
    /// <summary>Bytes of the packed numbers.</summary>
    long PackedBytes { get; }

    /// <summary>Packs all.</summary>
    void Pack();
}
