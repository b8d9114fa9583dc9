using Pare.Kernels;
using Pare.Runtime;
using Pare.Tests.Kernels;

namespace Pare.Jit.Tests;

/// <summary>Emitted kernels are the definition too, on the cases of the C# kernels that they stand above.</summary>
public class EmittedKernelTests
{
    private static IEnumerable<Kernel> Emitted => new PlanOptions().WithMachineCode().EmittedKernels;

    private static IEnumerable<(Kernel Kernel, KernelCase Case)> Cases =>
        Emitted.SelectMany(k => KernelCases.All.Where(c => c.Kernel == CSharp(k)).Select(c => (k, c)));

    // The kernel for the same nodes, of any weights.
    private static string CSharp(Kernel emitted) => emitted.Name.Replace(".emitted", "", StringComparison.Ordinal).Replace("-sparse", "", StringComparison.Ordinal);

    [EmissionFact]
    public void Run_EveryCase_GivesTheIntegersOfTheDefinition()
    {
        var taken = new Dictionary<string, int>();
        foreach ((Kernel kernel, KernelCase c) in Cases)
        {
            if (c.Run(CpuFeatures.Detect(), 2, out _, kernel) is not var (got, expected)) continue;
            taken[kernel.Name] = taken.GetValueOrDefault(kernel.Name) + 1;
            for (int i = 0; i < got.Length; i++)
                got[i].Bytes.ToArray().ShouldBe(expected[i].Bytes.ToArray(), $"{kernel.Name}, {c}");
        }
        foreach (Kernel kernel in Emitted) taken.GetValueOrDefault(kernel.Name).ShouldBeGreaterThan(4, kernel.Name);
    }
}
