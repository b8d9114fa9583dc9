using Pare.Kernels;

namespace Pare.Runtime;

/// <summary>A way to run a node: a kernel with one of its offers.</summary>
/// <param name="Query">The node.</param>
/// <param name="Kernel">The kernel.</param>
/// <param name="Offer">Its offer.</param>
internal sealed record KernelWay(KernelQuery Query, Kernel Kernel, KernelOffer Offer)
{
    private const double WorthKeeping = 1.1, Always = 1e9;

    /// <summary>Kernel and variant: "conv.f32/pointwise".</summary>
    public string Name => Offer.Variant.Length == 0 ? Kernel.Name : $"{Kernel.Name}/{Offer.Variant}";

    /// <summary>Bytes of the constants that it would hold.</summary>
    public long PackedBytes => Kernel.PackedBytes(Query, Offer);

    /// <summary>What ways are compared by: predicted seconds, fewer where the options would rather keep weights compressed.</summary>
    public double Rank(PlanWeights weights) => !Offer.KeepsEncoding ? Offer.PredictedSeconds : weights switch
    {
        PlanWeights.Balanced => Offer.PredictedSeconds / WorthKeeping,
        PlanWeights.Compressed => Offer.PredictedSeconds / Always,
        _ => Offer.PredictedSeconds,
    };

    /// <summary>Makes the kernel from an offer of its own, so that what it packs lives as long as the result.</summary>
    public PreparedKernel Prepare() => Kernel.Prepare(Query, Kernel.Offers(Query).First(o => o.Variant == Offer.Variant));
}
