using System.Collections.Immutable;
using Pare.Passes.Channels;

namespace Pare.Compression.Methods;

/// <summary>Decides class by class which channels stay; a class that one layer decided is decided for all.</summary>
internal sealed class ChannelChoice
{
    private readonly ILookup<int, int> _axes; // the places in _classes where a class stands
    private readonly ImmutableArray<ImmutableArray<int>> _classes; // of each axis of each weight
    private readonly HashSet<int> _kept = [ChannelMap.Kept];
    private readonly HashSet<int> _cut = [];

    /// <summary>Nothing is decided yet.</summary>
    public ChannelChoice(ChannelAnalysis analysis)
    {
        _classes = [.. analysis.WeightAxes.Select(w => w.Classes.Distinct().ToImmutableArray())];
        _axes = _classes.SelectMany((classes, axis) => classes.Select(c => (c, axis))).ToLookup(p => p.c, p => p.axis);
    }

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

    /// <summary>
    /// Keeps the most important classes of a layer until it has enough channels; the others fall. What is decided stays so. Channels that
    /// different layers read (parts after a split) keep the same share each, as far as whole numbers go, and no layer is left without any.
    /// </summary>
    /// <param name="source">The layer.</param>
    /// <param name="target">How many channels it should have.</param>
    /// <param name="importance">Of each class.</param>
    public void Keep(ChannelSource source, int target, IReadOnlyDictionary<int, double> importance)
    {
        int channels = source.Classes.Count(_kept.Contains), open = source.Classes.Count(c => !_kept.Contains(c) && !_cut.Contains(c));
        double share = open == 0 ? 0 : Math.Max(0, target - channels) / (double)open;
        // Equal ones in the order of their numbers, so that the choice never depends on the machine.
        List<IGrouping<int, int>> ranked = [.. source.Classes.Where(c => !_kept.Contains(c) && !_cut.Contains(c)).GroupBy(c => c)
            .OrderByDescending(c => importance[c.Key]).ThenBy(c => c.Key)];
        // First the whole part of each reader's share, then what is left by importance alone.
        foreach (IGrouping<string, IGrouping<int, int>> part in ranked.GroupBy(c => Readers(c.Key), StringComparer.Ordinal).ToList())
        {
            int most = (int)Math.Floor(share * part.Sum(c => c.Count()) + 1e-9), has = 0;
            foreach (IGrouping<int, int> c in part)
                if (has + c.Count() <= most && channels + c.Count() <= target)
                {
                    _kept.Add(c.Key);
                    has += c.Count();
                    channels += c.Count();
                }
        }
        foreach (IGrouping<int, int> c in ranked.Where(c => !_kept.Contains(c.Key)))
        {
            bool fits = channels + c.Count() <= target || channels == 0 || IsLast(c.Key);
            (fits ? _kept : _cut).Add(c.Key);
            if (fits) channels += c.Count();
        }
    }

    private string Readers(int of) => string.Join(' ', _axes[of]);

    // Everything else that some weight reads along an axis is cut already.
    private bool IsLast(int of) => _axes[of].Any(axis => _classes[axis].All(c => c == of || _cut.Contains(c)));
}
