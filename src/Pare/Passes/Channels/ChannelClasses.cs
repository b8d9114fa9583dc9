namespace Pare.Passes.Channels;

/// <summary>Channels that are tied to each other (union-find). Of each class the smallest number speaks for all, so that <see cref="ChannelMap.Kept"/> wins.</summary>
internal sealed class ChannelClasses
{
    private readonly List<int> _parents = [ChannelMap.Kept];

    /// <summary>New channels, each a class of its own.</summary>
    public int[] Fresh(int count)
    {
        int first = _parents.Count;
        _parents.AddRange(Enumerable.Range(first, count));
        return [.. Enumerable.Range(first, count)];
    }

    /// <summary>The channel that speaks for a class.</summary>
    public int Find(int channel)
    {
        while (_parents[channel] != channel) channel = _parents[channel] = _parents[_parents[channel]];
        return channel;
    }

    /// <summary>Makes one class of two.</summary>
    public void Tie(int first, int second)
    {
        int a = Find(first), b = Find(second);
        _parents[Math.Max(a, b)] = Math.Min(a, b);
    }
}
