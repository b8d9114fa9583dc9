namespace Pare.Kernels.Products;

/// <summary>How loops are cut, so that operands stay in the caches. It follows from shapes alone.</summary>
internal static class Blocks
{
    /// <summary>The most values of k at a time: a 32-column panel of them is 40 KB, within the first-level cache of 48.</summary>
    public const int MaxDepth = 320;

    /// <summary>Numbers of slack behind packed panels, for copies of whole vectors.</summary>
    public const int Slack = 16;

    /// <summary>Rounded up division.</summary>
    public static int CeilDiv(int a, int b) => (a + b - 1) / b;

    /// <summary>The smallest multiple of <paramref name="b"/> that is not below <paramref name="a"/>.</summary>
    public static int RoundUp(int a, int b) => CeilDiv(a, b) * b;

    /// <summary>
    /// The length of the equal blocks into which <paramref name="total"/> is cut, each at most <paramref name="most"/>, rounded up to
    /// <paramref name="unit"/>.
    /// </summary>
    public static int Even(int total, int most, int unit) => Math.Max(unit, RoundUp(CeilDiv(total, Math.Max(1, CeilDiv(total, most))), unit));
}
