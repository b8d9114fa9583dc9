namespace Pare.Tests.Kernels;

/// <summary>Comparisons of float arrays that say where they differ.</summary>
internal static class Close
{
    /// <summary>|actual - expected| is at most tolerance * (1 + |expected|) everywhere; tolerance 0 asks for equal numbers.</summary>
    public static void ShouldBeCloseTo(this float[] actual, float[] expected, float tolerance, string what = "")
    {
        actual.Length.ShouldBe(expected.Length, what);
        for (int i = 0; i < actual.Length; i++)
        {
            if (!(Math.Abs(actual[i] - expected[i]) <= tolerance * (1 + Math.Abs(expected[i]))))
                throw new ShouldAssertException($"{what}: number {i} is {actual[i]:R}, expected {expected[i]:R}");
        }
    }
}
