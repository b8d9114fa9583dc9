using Pare.Kernels;

namespace Pare.Runtime;

/// <summary>How a plan is made.</summary>
public sealed record PlanOptions
{
    /// <summary>What the processor may be used for; by default all that it can do.</summary>
    public CpuFeatures Cpu { get; init; } = CpuFeatures.Detect();

    /// <summary>Threads of one run, at least 1. Results do not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>
    /// Whether 3 x 3 convolutions may be computed by Winograd's forms, which multiply less and round otherwise: errors are some 1e-6 of the
    /// sum of |x| |w|, and a NaN or an infinity spreads to neighbouring results. Off in training.
    /// </summary>
    public bool Winograd { get; init; } = true;

    /// <summary>The kernels to choose from.</summary>
    internal Catalog<Kernel> Kernels { get; init; } = KernelCatalog.Default;
}
