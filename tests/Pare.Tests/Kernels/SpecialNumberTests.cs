using Pare.Kernels;
using Pare.Tests.Kernels.Products;

namespace Pare.Tests.Kernels;

/// <summary>NaN and infinities go through every kernel as they go through the definition.</summary>
public sealed class SpecialNumberTests
{
    public static TheoryData<string, float> Cases
    {
        get
        {
            var cases = new TheoryData<string, float>();
            foreach (CpuFeatures level in CpuFeatures.Levels())
                foreach (float value in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
                    cases.Add(level.Describe(), value);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Run_OneSpecialNumber_ComesOutAsTheDefinitionHasIt(string level, float value)
    {
        CpuFeatures cpu = MatrixProductTests.Level(level);
        var faults = new List<string>();
        foreach (KernelCase plain in KernelCases.All)
        {
            for (int input = 0; input < plain.Inputs.Length; input++)
            {
                if (plain.Inputs[input] is not Shape { Elements: > 0 } shape || plain.Positive.Contains(input)) continue;
                KernelCase c = plain with { Special = (input, (int)(shape.Elements * 2 / 3), value) };
                (Tensor[] got, Tensor[] expected) = c.Run(cpu, 2, out _) ?? throw new ShouldAssertException($"no offer for {c}");
                for (int o = 0; o < got.Length; o++)
                {
                    if (Difference(got[o].Floats, expected[o].Floats, c.Tolerance) is { } difference)
                        faults.Add($"{c}, output {o}: {difference}");
                }
            }
        }
        faults.ShouldBeEmpty(string.Join(Environment.NewLine, faults.Take(30)));
    }

    private static string? Difference(ReadOnlySpan<float> got, ReadOnlySpan<float> expected, float tolerance)
    {
        for (int i = 0; i < got.Length; i++)
        {
            bool same = float.IsFinite(expected[i])
                ? Math.Abs(got[i] - expected[i]) <= tolerance * (1 + Math.Abs(expected[i]))
                : got[i].Equals(expected[i]);
            if (!same) return $"number {i} is {got[i]:R}, expected {expected[i]:R}";
        }
        return null;
    }
}
