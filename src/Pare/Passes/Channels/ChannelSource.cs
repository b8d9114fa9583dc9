using System.Collections.Immutable;

namespace Pare.Passes.Channels;

/// <summary>A layer whose output channels could be cut.</summary>
/// <param name="Weight">The weight that makes the channels.</param>
/// <param name="Axis">Its output-channel axis.</param>
/// <param name="Classes">The class of each output channel: channels of one class, here and in other layers, fall together; those of <see cref="ChannelMap.Kept"/> never do.</param>
public sealed record ChannelSource(string Weight, int Axis, ImmutableArray<int> Classes)
{
    /// <summary>True where some channel can be cut.</summary>
    public bool CanShrink => Classes.Any(c => c != ChannelMap.Kept);
}

/// <summary>A node that holds the channels it reads.</summary>
/// <param name="Node">The node.</param>
/// <param name="Reason">Why, in a few words.</param>
public sealed record ChannelBarrier(Node Node, string Reason);
