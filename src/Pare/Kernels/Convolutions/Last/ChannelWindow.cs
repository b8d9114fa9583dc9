using Pare.Operators;

namespace Pare.Kernels.Convolutions.Last;

/// <summary>Which channels of its output image a kernel writes: all, or those that <see cref="IntoChannels"/> names.</summary>
/// <param name="First">The first.</param>
/// <param name="Channels">Channels of the output image: numbers between two pixels.</param>
/// <param name="Before">The input that holds the other channels, -1 where there is none.</param>
internal readonly record struct ChannelWindow(int First, int Channels, int Before)
{
    /// <summary>The window of a node that computes so many channels.</summary>
    public static ChannelWindow Of(KernelQuery query, int channels) =>
        query.Into() is { } into ? new ChannelWindow(into.First, into.Width, query.Has(into.InnerInputs) ? into.InnerInputs : -1) : new ChannelWindow(0, channels, -1);

    /// <summary>Copies the other channels where they do not lie in the output already; as a rule the plan lets both share memory.</summary>
    public void Keep(in KernelArguments arguments)
    {
        if (Before >= 0 && !arguments.Input(Before).Overlaps(arguments.Output(0)))
            arguments.Input(Before).CopyTo(arguments.Output(0));
    }
}
