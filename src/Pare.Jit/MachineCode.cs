using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Pare.Jit.Integer;
using Pare.Jit.Sparsity;
using Pare.Kernels;
using Pare.Kernels.Integer;
using Pare.Runtime;

namespace Pare.Jit;

/// <summary>Kernels that are emitted as machine code, for plans that want them.</summary>
public static class MachineCode
{
    /// <summary>Why no code can be emitted on this machine, in words for users; null where it can.</summary>
    public static string? Unavailable { get; } = Reason();

    /// <summary>The same options, with emitted kernels beside those of C#: a plan takes whichever is faster by its cost model.</summary>
    /// <remarks>
    /// Integers are the same with both. Code belongs to the plan and is freed with it. Where nothing can be emitted (<see cref="Unavailable"/>), or
    /// the system gives no memory for it, plans run by C# code, and <see cref="ExecutionPlan.Notes"/> say why.
    /// </remarks>
    public static PlanOptions WithMachineCode(this PlanOptions options) =>
        Unavailable is { } why ? options with { EmittedKernels = [], EmissionFault = why } : options with { EmittedKernels = Kernels.Value, EmissionFault = null };

    private static readonly Lazy<ImmutableArray<Kernel>> Kernels = new(() => OperatingSystem.IsLinux() ?
    [
        new ConvSparseIntegerEmitted(),
        new ConvDepthwiseIntegerEmitted(),
        new ConvIntegerLast("conv-integer.last.emitted", PanelInstructions.Of),
        new GemmInteger("gemm-integer.emitted", PanelInstructions.Of),
    ] : []);

    private static string? Reason()
    {
        if (!OperatingSystem.IsLinux()) return "Machine code is emitted on Linux alone; the kernels of C# run.";
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64) return $"Machine code is emitted for x86-64, not for {RuntimeInformation.ProcessArchitecture}; the kernels of C# run.";
        if (!CpuFeatures.Detect().HasAvx512Vnni) return "This processor has no AVX-512 VNNI, or it is switched off; the kernels of C# run.";
        return null;
    }
}
