using System.Collections.Immutable;

namespace Pare.Runtime;

/// <summary>What one run took of each kernel that could run a node, in seconds, the one that the cost model would take first.</summary>
internal sealed record KernelTimes(ImmutableArray<(string Kernel, double Seconds)> Times)
{
    /// <summary>Another kernel than the predicted one must be faster by so much: noise shall not choose.</summary>
    private const double Worth = 0.97;

    /// <summary>Which one to take.</summary>
    public int Best
    {
        get
        {
            int best = 0;
            for (int i = 1; i < Times.Length; i++)
                if (Times[i].Seconds < Times[best].Seconds) best = i;
            return Times[best].Seconds < Worth * Times[0].Seconds ? best : 0;
        }
    }

    /// <summary>Whether these kernels were measured, in this order.</summary>
    public bool AreOf(ImmutableArray<KernelWay> ways) => Times.Select(t => t.Kernel).SequenceEqual(ways.Select(w => w.Name), StringComparer.Ordinal);

    /// <summary>The choice in words and times.</summary>
    public KernelChoice Choice(bool isNew) => new(
        Times[Best].Kernel, TimeSpan.FromSeconds(Times[Best].Seconds), Times[0].Kernel, TimeSpan.FromSeconds(Times[0].Seconds), isNew);
}
