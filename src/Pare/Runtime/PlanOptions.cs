using System.Collections.Immutable;
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

    /// <summary>Whether compressed weights stay compressed in memory: see <see cref="ExecutionPlan.PackedBytes"/> for what they take.</summary>
    public PlanWeights Weights { get; init; }

    /// <summary>
    /// Whether numbers too small for full precision (below 1.2e-38) count as 0 during a run, as they are slow on most processors: weights when they
    /// are packed, inputs and everything between where the processor can be told to (Linux on x86-64), otherwise inputs only, in place.
    /// </summary>
    public bool FlushDenormals { get; init; } = true;

    /// <summary>
    /// Whether layers that are quantized on both sides compute with integers. Otherwise their numbers are dequantized, computed with in floats and
    /// quantized again, which is what training simulates: each result differs by one unit at most. The same goes for layers of signs, which compute
    /// with bits: their sums are exact.
    /// </summary>
    public bool IntegerArithmetic { get; init; } = true;

    /// <summary>Whether every node runs by its operator's scalar definition, which is what kernels are held against; slow.</summary>
    public bool DefinitionsOnly { get; init; }

    /// <summary>The most bytes that a plan may take with one session, packed weights and arena together; by default the memory that the process may use. A plan that needs more is refused before anything is packed.</summary>
    public long MemoryLimit { get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>
    /// Null, or what measures kernels where several could run a node, and remembers. By default nothing is measured: kernels follow from the model
    /// and these options alone. With it another kernel may be taken on another day, and results may differ in their last bits.
    /// </summary>
    public KernelTuning? Tuning { get; init; }

    /// <summary>The kernels to choose from.</summary>
    internal Catalog<Kernel> Kernels
    {
        get => DefinitionsOnly ? KernelCatalog.Definitions : field;
        init;
    } = KernelCatalog.Default;

    /// <summary>Kernels whose code is emitted, tried before those; none by default.</summary>
    internal ImmutableArray<Kernel> EmittedKernels { get; init; } = [];

    /// <summary>All kernels that may run a node, those first that win ties.</summary>
    internal IEnumerable<Kernel> AllKernels => DefinitionsOnly ? Kernels : EmittedKernels.Concat(Kernels);

    /// <summary>When nodes run band by band with those that read them. Results do not depend on it.</summary>
    internal BandRule Bands { get; init; } = BandRule.Default;

    /// <summary>Why nothing is emitted though it was asked for, or null.</summary>
    internal string? EmissionFault { get; init; }
}
