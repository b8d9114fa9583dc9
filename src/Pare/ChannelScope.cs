namespace Pare;

/// <summary>What an operator sees of a node when it says which channels of its outputs depend on which channels of its inputs.</summary>
public abstract class ChannelScope
{
    /// <summary>The node.</summary>
    public abstract Node Node { get; }

    /// <summary>Types and known values; every shape is fixed, open lengths are 1.</summary>
    public abstract InferScope Types { get; }

    /// <summary>The channels of an input; null where none of its elements could be cut, and for weights and constants.</summary>
    public abstract ChannelMap? Input(int input);

    /// <summary>The shape of an output, fixed.</summary>
    public abstract Shape OutputShape(int output = 0);

    /// <summary>True where an input is a weight of the model, so that its indices can be cut too.</summary>
    public abstract bool IsWeight(int input);

    /// <summary>New channels.</summary>
    public abstract int[] Fresh(int count);

    /// <summary>Two channels live and fall together.</summary>
    public abstract void Tie(int first, int second);

    /// <summary>Indices of an axis of a weight fall with channels.</summary>
    /// <param name="input">The input that is a weight.</param>
    /// <param name="axis">The axis.</param>
    /// <param name="channels">As many channels as the axis has indices.</param>
    public abstract void TieWeight(int input, int axis, ReadOnlySpan<int> channels);

    /// <summary>Sets the channels of an output; an output that is never set has none that could be cut.</summary>
    public abstract void Output(ChannelMap map, int output = 0);

    /// <summary>Nothing that this node reads can be cut.</summary>
    /// <param name="reason">Why, in a few words, for reports.</param>
    public abstract void KeepAll(string reason);
}
