using Pare.Tests.Kernels.Products;

namespace Pare.Tests.Kernels;

/// <summary>
/// NaN and infinities in the data go through every kernel of inference as they go through the definition, and none ever hides one.
/// (A sparse kernel does not multiply zeros that are not stored: there only results whose weights are stored must show it.
/// In weights they may spread to positions where the definition has padding: a kernel multiplies it by 0. In gradients, where sums are taken in other orders.)
/// </summary>
public sealed class SpecialNumberTests
{
    // Where the definition multiplies an infinity by 0, these give what the formula goes to.
    private static readonly string[] GivesLimits = ["unary-gradient.f32", "softmax-cross-entropy.f32"];

    public static TheoryData<string, float> Cases
    {
        get
        {
            var cases = new TheoryData<string, float>();
            foreach (CpuFeatures level in CpuFeatures.Levels())
                cases.Add(level.Describe(), float.NaN);
            cases.Add(CpuFeatures.Detect().Describe(), float.PositiveInfinity);
            cases.Add(CpuFeatures.Detect().Describe(), float.NegativeInfinity);
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
            if (!float.IsNaN(value) && GivesLimits.Contains(plain.Kernel)) continue;
            // Weights and gradients on the best level only: the definitions take their time.
            int inputs = cpu == CpuFeatures.Detect() ? plain.Inputs.Length : IsOfTraining(plain) ? 0 : 1;
            for (int input = 0; input < inputs; input++)
            {
                if (plain.Inputs[input] is not Shape { Elements: > 0 } shape || plain.Positive.Contains(input)) continue;
                if (plain.Density is not null && input == 0) continue;   // zeros that are not stored meet no number, as sparse kernels say
                if (plain.Encoded is not null && input == 1) continue;   // kernels of codes refuse tables and scales that are not finite
                KernelCase c = plain with { Special = (input, (int)(shape.Elements * 2 / 3), value) };
                (Tensor[] got, Tensor[] expected) = c.Run(cpu, 2, out _) ?? throw new ShouldAssertException($"no offer for {c}");
                for (int o = 0; o < got.Length; o++)
                {
                    if (got[o].DType != DType.F32)
                    {
                        if (!got[o].Bytes.SequenceEqual(expected[o].Bytes)) faults.Add($"{c}, output {o}: other integers than the definition's");
                    }
                    else if (Difference(got[o].Floats, expected[o].Floats, c.Tolerance, loose: input > 0 || IsOfTraining(c) || IsWinograd(c) || IsOfWindows(c), IsSparse(c) ? Without(c, cpu) : null) is { } difference)
                        faults.Add($"{c}, output {o}: {difference}");
                }
            }
        }
        if (faults.Count > 0) throw new ShouldAssertException($"{faults.Count} faults:{Environment.NewLine}{string.Join(Environment.NewLine, faults.Take(20))}");
    }

    private static bool IsOfTraining(KernelCase c) => c.Kernel.Contains("gradient", StringComparison.Ordinal) || c.Kernel.Contains("training", StringComparison.Ordinal);

    // Its tiles add and subtract positions that lie together, so that one infinity makes all of a tile NaN.
    private static bool IsWinograd(KernelCase c) => c.Kernel.Contains("winograd", StringComparison.Ordinal);

    // Places of a window that hold no number are multiplied by 0 too: an infinity may become NaN.
    private static bool IsOfWindows(KernelCase c) => c.Kernel == "gemm-sparse.f32";

    private static bool IsSparse(KernelCase c) => c.Density is not null && c.Special is { Input: 0 };

    // What comes out with a 0 in the number's place, and NaN where that place counts.
    private static float[] Without(KernelCase c, CpuFeatures cpu)
    {
        float[] zero = With(0), one = With(1);
        return [.. zero.Zip(one, (a, b) => a == b ? a : float.NaN)];

        float[] With(float value) => (c with { Special = c.Special!.Value with { Value = value } }).Run(cpu, 2, out _)!.Value.Expected[0].Floats.ToArray();
    }

    private static string? Difference(ReadOnlySpan<float> got, ReadOnlySpan<float> expected, float tolerance, bool loose, float[]? without)
    {
        for (int i = 0; i < got.Length; i++)
        {
            bool same = float.IsFinite(expected[i])
                ? Math.Abs(got[i] - expected[i]) <= tolerance * (1 + Math.Abs(expected[i]))
                : got[i].Equals(expected[i]);
            if (without is not null && float.IsFinite(without[i])) same |= !float.IsFinite(got[i]) || Math.Abs(got[i] - without[i]) <= tolerance * (1 + Math.Abs(without[i]));
            if (!same && !(loose && !float.IsFinite(got[i]))) return $"number {i} is {got[i]:R}, expected {expected[i]:R}";
        }
        return null;
    }
}
