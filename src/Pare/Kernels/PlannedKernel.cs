using Pare.Kernels.Bands;

namespace Pare.Kernels;

/// <summary>A kernel bound to a node whose constants need not be packed yet.</summary>
/// <remarks>
/// <see cref="FloatKernel{TOperator}"/> plans it to make an offer, and packs when the offer is taken. <see cref="PreparedKernel.PackedBytes"/>
/// follows from shapes alone and is the same before <see cref="Pack"/> and after.
/// </remarks>
internal abstract class PlannedKernel : PreparedKernel
{
    /// <summary>Memory that a run needs.</summary>
    public virtual long ScratchBytes => 0;

    /// <summary>Predicted time of one run.</summary>
    public abstract double Seconds { get; }

    /// <summary>See <see cref="KernelOffer.KeepsEncoding"/>.</summary>
    public virtual bool KeepsEncoding => false;

    /// <summary>The kernel as one that runs band by band, or null where it cannot.</summary>
    public virtual IBandKernel? Bands => null;

    /// <summary>Decodes and packs constant inputs, once, when the offer is taken.</summary>
    public virtual void Pack() { }
}
