using System.Collections.Immutable;
using Pare.Operators;
using Pare.Threading;

namespace Pare.Kernels;

/// <summary>A fast way to run some operators, on some encodings and processors. Its results equal the operator's <see cref="Operator.Evaluate"/> within a stated bound.</summary>
internal abstract class Kernel : INamed
{
    /// <summary>For example "conv.f32".</summary>
    public abstract string Name { get; }

    /// <summary>The ways in which the kernel can run the node: none, one or several.</summary>
    public abstract IEnumerable<KernelOffer> Offers(KernelQuery query);

    /// <summary>Packs constant inputs and fixes everything that depends on shapes, so that runs decide and allocate nothing.</summary>
    public abstract PreparedKernel Prepare(KernelQuery query, KernelOffer offer);

    /// <summary>Bytes of packed constants that <see cref="Prepare"/> would hold; overridden where that can be known without packing.</summary>
    public virtual long PackedBytes(KernelQuery query, KernelOffer offer) => Prepare(query, offer).PackedBytes;
}

/// <summary>A node in a plan, with all that is known before running.</summary>
/// <param name="Node">The node.</param>
/// <param name="Inputs">Fixed types; null where an input is absent.</param>
/// <param name="Outputs">Fixed types.</param>
/// <param name="Weights">The encodings of inputs that are weights; null for the others, and for all weights of a training plan, which are values there.</param>
/// <param name="Constants">The values of inputs that are constants; null for the others.</param>
/// <param name="Cpu">What the processor may be used for.</param>
/// <param name="Threads">How many threads the plan runs on: scratch may depend on it, results never.</param>
internal sealed record KernelQuery(
    Node Node, ImmutableArray<TensorType?> Inputs, ImmutableArray<TensorType> Outputs, ImmutableArray<WeightEncoding?> Weights,
    ImmutableArray<Tensor?> Constants, CpuFeatures Cpu, int Threads)
{
    /// <summary>Whether convolutions may be computed by Winograd's forms, see <see cref="Runtime.PlanOptions.Winograd"/>.</summary>
    public bool Winograd { get; init; } = true;

    /// <summary>What other plans of the model have packed; null to share nothing.</summary>
    public PackedWeights? Shared { get; init; }

    /// <summary>Numbers of all weights of the network: those of a small one stay near. As many as can be where that is not known.</summary>
    public long NetworkWeights { get; init; } = long.MaxValue;

    /// <summary>Whether numbers of weights too small for full precision become 0.</summary>
    public bool FlushDenormals { get; init; } = true;
}

/// <summary>One way to run a node.</summary>
/// <param name="ScratchBytes">Memory that a run needs beside inputs and outputs; the plan's arena provides it, 64-byte aligned.</param>
/// <param name="PredictedSeconds">Of one run, by the cost model.</param>
/// <param name="Variant">Names the way among the kernel's own ways: "pointwise".</param>
internal sealed record KernelOffer(long ScratchBytes, double PredictedSeconds, string Variant = "")
{
    /// <summary>The kernel's own, so that what it found out for the offer is at hand when the offer is taken.</summary>
    public PreparedKernel? Plan { get; init; }

    /// <summary>True where weights stay as they are encoded, in little memory, where other kernels hold them as floats; see the plan's options.</summary>
    public bool KeepsEncoding { get; init; }
}

/// <summary>A kernel bound to a node. It keeps no state of a run: sessions on several threads share it.</summary>
internal abstract class PreparedKernel
{
    /// <summary>Bytes of packed constants that the kernel holds.</summary>
    public virtual long PackedBytes => 0;

    /// <summary>Runs once. Allocates nothing.</summary>
    public abstract void Run(in KernelArguments arguments);
}

/// <summary>The memory of one run of one node. All tensors lie in pinned, 64-byte aligned memory or are constants.</summary>
internal readonly ref struct KernelArguments(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs, Span<byte> scratch, WorkerPool pool)
{
    public ReadOnlySpan<Tensor?> Inputs { get; } = inputs;
    public ReadOnlySpan<Tensor> Outputs { get; } = outputs;
    public Span<byte> Scratch { get; } = scratch;
    public WorkerPool Pool { get; } = pool;
    public Span<float> Input(int index) => Inputs[index]!.Floats;
    public Span<float> Output(int index) => Outputs[index].Floats;

    /// <summary>What is added to the node's results in the end; none where there is none.</summary>
    public Span<float> Residual(Fused? epilogue) => epilogue is { Residual: true } ? Input(epilogue.MainInputs) : [];
}
