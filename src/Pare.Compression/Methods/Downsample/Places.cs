using System.Collections.Immutable;

namespace Pare.Compression.Methods;

/// <summary>Chooses the places where the resolution halves. Place p lies behind the first p cells that hold convolutions.</summary>
/// <param name="Now">Where it halves now, in order.</param>
/// <param name="Convolutions">How many convolutions each cell has.</param>
internal sealed record Places(ImmutableArray<int> Now, ImmutableArray<int> Convolutions)
{
    // Before the first layer and behind the last only what is there already.
    private int First => Now.Contains(0) ? 0 : 1;

    private int Last => Now.Contains(Convolutions.Length) ? Convolutions.Length : Convolutions.Length - 1;

    /// <summary>The places by the settings, in order; as many as now.</summary>
    public ImmutableArray<int> Choose(DownsampleSettings settings)
    {
        int slots = Last - First + 1;
        if (slots < 1) return Now;
        int each = settings.PerPlace ?? Now.Length / slots + 1;
        if (each * slots < Now.Length) return Now;
        return settings.When switch
        {
            When.Early => [.. Now.Select((_, i) => First + i / each)],
            When.Late => [.. Now.Select((_, i) => Last - (Now.Length - 1 - i) / each)],
            _ => Even(each),
        };
    }

    private ImmutableArray<int> Even(int each)
    {
        int all = Convolutions.Sum(), stages = Last == Convolutions.Length ? Now.Length : Now.Length + 1;
        var chosen = ImmutableArray.CreateBuilder<int>();
        for (int i = 1; i <= Now.Length; i++)
        {
            double wish = (double)i * all / stages;
            int left = Now.Length - i, low = Math.Max(First, chosen.Count >= each && chosen[^each] == chosen[^1] ? chosen[^1] + 1 : chosen.LastOrDefault(First));
            int high = Last - left / each;
            chosen.Add(low >= high ? high : Enumerable.Range(low, high - low + 1).MinBy(p => Math.Abs(Convolutions.Take(p).Sum() - wish)));
        }
        return chosen.ToImmutable();
    }
}
