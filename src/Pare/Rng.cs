using System.Numerics;

namespace Pare;

/// <summary>A counter-based pseudo-random generator: its whole state is (seed, stream, counter), so that it can be saved and resumed.</summary>
/// <remarks>SplitMix64 finalizer over a Weyl sequence (Steele, Lea, Flood, OOPSLA 2014). Not for secrets.</remarks>
public sealed class Rng
{
    internal const ulong Weyl = 0x9E3779B97F4A7C15, FirstFactor = 0xBF58476D1CE4E5B9, SecondFactor = 0x94D049BB133111EB;
    private readonly ulong _origin;

    /// <summary>Creates the generator of a seed and a stream; different streams of a seed are independent.</summary>
    public Rng(ulong seed, ulong stream = 0, ulong counter = 0)
    {
        _origin = Origin(seed, stream);
        Counter = counter;
    }

    /// <summary>How many numbers have been drawn.</summary>
    public ulong Counter { get; private set; }

    /// <summary>A uniform 64-bit number.</summary>
    public ulong NextUInt64() => Mix(_origin + Weyl * ++Counter);

    /// <summary>A uniform number in [0, 1).</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A uniform number in [0, 1).</summary>
    public float NextSingle() => (NextUInt64() >> 40) * (1.0f / (1 << 24));

    /// <summary>A uniform integer in [0, <paramref name="below"/>), without bias.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="below"/> is not positive.</exception>
    public int NextInt32(int below)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(below);
        ulong limit = ulong.MaxValue - ulong.MaxValue % (ulong)below;
        ulong draw;
        do draw = NextUInt64(); while (draw >= limit);
        return (int)(draw % (ulong)below);
    }

    /// <summary>A normal number of mean 0 and deviation 1 (Box-Muller, one of the pair).</summary>
    public double NextNormal() => Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());

    /// <summary>Puts the items in a uniformly random order (Fisher-Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = NextInt32(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary>Where the sequence of a seed and a stream starts: number i, from 1, is the <see cref="Mix"/> of this + i <see cref="Weyl"/>.</summary>
    internal static ulong Origin(ulong seed, ulong stream) => Mix(seed + Weyl) ^ BitOperations.RotateLeft(Mix(stream ^ 0xD1B54A32D192ED03), 31);

    /// <summary>The finalizer.</summary>
    internal static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * FirstFactor;
        z = (z ^ (z >> 27)) * SecondFactor;
        return z ^ (z >> 31);
    }
}
