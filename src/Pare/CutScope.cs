namespace Pare;

/// <summary>What an operator sees of a node whose channels are being cut, to change its attributes and constants with them.</summary>
public abstract class CutScope
{
    /// <summary>The node before the cut.</summary>
    public abstract Node Node { get; }

    /// <summary>Types and known values before the cut; every shape is fixed, open lengths are 1.</summary>
    public abstract InferScope Types { get; }

    /// <summary>For each index of an axis of an input whether it stays; null where all stay.</summary>
    public abstract bool[]? InputStays(int input, int axis);

    /// <summary>For each index of an axis of an output whether it stays; null where all stay.</summary>
    public abstract bool[]? OutputStays(int output, int axis);

    /// <summary>True where an input is a constant of the model: what is computed from shapes follows the cut by itself.</summary>
    public abstract bool IsConstant(int input);

    /// <summary>Gives the node another constant as an input.</summary>
    public abstract void SetInput(int input, Tensor value);
}
