namespace Pare.Compression.Data;

/// <summary>The streams of <see cref="Rng"/> that data draws from, apart from each other and from all small stream numbers.</summary>
internal static class Streams
{
    internal const ulong Split = 0xDA7A_0000_0000_0000;
    private const ulong Order = 0xDA7A_0001_0000_0000;
    private const ulong Augment = 0xDA7A_0002_0000_0000;

    internal static ulong EpochOrder(int epoch) => Order + (uint)epoch;

    internal static ulong EpochAugment(int epoch) => Augment + (uint)epoch;
}
