using Pare.Passes.Channels;

namespace Pare.Compression.Methods;

/// <summary>Decides class by class which channels stay; a class that one layer decided is decided for all.</summary>
internal sealed class ChannelChoice
{
    private readonly HashSet<int> _kept = [ChannelMap.Kept];
    private readonly HashSet<int> _cut = [];

    /// <summary>The classes that fall.</summary>
    public IReadOnlySet<int> Cut => _cut;

    /// <summary>How many of a layer's channels stay, at least one.</summary>
    public static int Target(int channels, double width, int multiple)
    {
        int wished = (int)Math.Round(channels * width / multiple, MidpointRounding.AwayFromZero) * multiple;
        return Math.Clamp(wished, Math.Min(multiple, channels), channels);
    }

    /// <summary>All channels of a layer stay.</summary>
    public void KeepAll(ChannelSource source) => _kept.UnionWith(source.Classes);

    /// <summary>Keeps the most important classes of a layer until it has enough channels; the others fall. What is decided stays so.</summary>
    /// <param name="source">The layer.</param>
    /// <param name="target">How many channels it should have.</param>
    /// <param name="importance">Of each class.</param>
    public void Keep(ChannelSource source, int target, IReadOnlyDictionary<int, double> importance)
    {
        int channels = source.Classes.Count(_kept.Contains);
        // Equal ones in the order of their numbers, so that the choice never depends on the machine.
        foreach (IGrouping<int, int> open in source.Classes.Where(c => !_kept.Contains(c) && !_cut.Contains(c)).GroupBy(c => c)
            .OrderByDescending(c => importance[c.Key]).ThenBy(c => c.Key).ToList())
        {
            bool fits = channels + open.Count() <= target || channels == 0;
            (fits ? _kept : _cut).Add(open.Key);
            if (fits) channels += open.Count();
        }
    }
}
