using Pare.Kernels.Convolutions;

namespace Pare.Kernels.Integer.Products;

/// <summary>What computes panels of integer products: how wide its vectors are, how it reads numbers, and its code for a convolution.</summary>
internal abstract class IntegerInstructions
{
    /// <summary>Sums of a vector.</summary>
    public abstract int Lanes { get; }

    /// <summary>4 where pictures and weights are bytes, 2 where they are integers of 16 bits.</summary>
    public abstract int NumbersOfUnit { get; }

    /// <summary>How many times as fast as <see cref="CostModel.Integer"/> says of C# code with as many numbers in a unit.</summary>
    public virtual double Speed => 1;

    /// <summary>Most vectors of output channels in a panel.</summary>
    /// <param name="shape">The convolution.</param>
    public abstract int MaxVectors(in ConvShape shape);

    /// <summary>The code for a convolution, made when its kernel is taken.</summary>
    /// <param name="pixels">The convolution.</param>
    public abstract IntegerCode Code(IntegerPixels pixels);
}
