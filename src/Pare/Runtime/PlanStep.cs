using System.Collections.Immutable;
using Pare.Kernels;
using Pare.Lowering;

namespace Pare.Runtime;

/// <summary>One node of a plan with its kernel.</summary>
public sealed class PlanStep
{
    internal PlanStep(KernelWay way, ImmutableArray<KernelWay> ways, KernelChoice? choice)
    {
        Offers = [.. ways.Select(w => new KernelPrediction(w.Name, TimeSpan.FromSeconds(w.Offer.PredictedSeconds), w.Offer.KeepsEncoding))];
        Node = way.Query.Node;
        Kernel = way.Name;
        Choice = choice;
        Offer = way.Offer;
        Prepared = way.Kernel.Prepare(way.Query, way.Offer);
    }

    private PlanStep(PlanStep other)
    {
        Node = other.Node;
        Offers = other.Offers;
        Kernel = other.Kernel;
        Choice = other.Choice;
        Offer = other.Offer;
        Prepared = other.Prepared;
        JoinedWith = other.JoinedWith;
    }

    /// <summary>The node of the lowered model.</summary>
    public Node Node { get; }

    /// <summary>The kernel's name and variant: "conv.f32/pointwise".</summary>
    public string Kernel { get; }

    /// <summary>All ways to run the node, in the order in which the plan would take them; <see cref="PlanOptions.Tuning"/> may have taken another than the first.</summary>
    public ImmutableArray<KernelPrediction> Offers { get; }

    /// <summary>What the cost model expected of the kernel that was taken.</summary>
    public TimeSpan Predicted => TimeSpan.FromSeconds(Offer.PredictedSeconds);

    /// <summary>How the kernel was chosen where <see cref="PlanOptions.Tuning"/> measured several; null where the cost model chose, or there was one alone.</summary>
    public KernelChoice? Choice { get; }

    /// <summary>
    /// The node that reads this one's result band by band: both run as one, some rows at a time, and the result never lies in memory as a whole.
    /// Null where it does.
    /// </summary>
    public string? JoinedWith { get; private init; }

    /// <summary>Bytes of packed weights that the step holds.</summary>
    public long PackedBytes => Prepared.PackedBytes;

    internal KernelOffer Offer { get; }

    internal PreparedKernel Prepared { get; }

    /// <summary>Where the inputs are: a place in the arena, a constant, or neither (a weight, which the kernel holds packed, or an absent input).</summary>
    internal ImmutableArray<Place> Inputs { get; private init; }

    internal ImmutableArray<Place> Outputs { get; private init; }

    internal long ScratchOffset { get; private init; }

    internal PlanStep At(ImmutableArray<Place> inputs, ImmutableArray<Place> outputs, long scratchOffset, string? joinedWith) =>
        new(this) { Inputs = inputs, Outputs = outputs, ScratchOffset = scratchOffset, JoinedWith = joinedWith };
}
