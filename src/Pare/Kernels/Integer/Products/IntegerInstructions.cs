using Pare.Kernels.Convolutions;

namespace Pare.Kernels.Integer.Products;

/// <summary>What computes panels of integer products: how wide its vectors are, how it reads numbers, and its code for a convolution.</summary>
internal abstract class IntegerInstructions
{
    /// <summary>Sums of a vector.</summary>
    public abstract int Lanes { get; }

    /// <summary>4 where pictures and weights are bytes, 2 where they are integers of 16 bits.</summary>
    public abstract int NumbersOfUnit { get; }

    /// <summary>Units of a run whose weights lie in one unit of memory: more than 1 where they have fewer than 8 bits there.</summary>
    public virtual int UnitsOfWord => 1;

    /// <summary>What is summed is this power of two times the sum: weights of few bits may lie high in their bytes. Sums begin so, and factors are less.</summary>
    public virtual int SumShift => 0;

    /// <summary>Says what packed weights depend on beside their layout.</summary>
    public virtual string Form => "";

    /// <summary>Puts weights of <see cref="UnitsOfWord"/> units into one.</summary>
    /// <param name="units">[unit of the word][byte].</param>
    /// <param name="to">As many bytes as one unit has.</param>
    public virtual void Compress(ReadOnlySpan<byte> units, Span<byte> to) => units.CopyTo(to);

    /// <summary>How many times as fast as <see cref="CostModel.Integer"/> says of C# code with as many numbers in a unit.</summary>
    public virtual double Speed => 1;

    /// <summary>Most vectors of output channels in a panel.</summary>
    /// <param name="shape">The convolution.</param>
    public abstract int MaxVectors(in ConvShape shape);

    /// <summary>The code for a convolution, made when its kernel is taken.</summary>
    /// <param name="pixels">The convolution.</param>
    public abstract IntegerCode Code(IntegerPixels pixels);
}
