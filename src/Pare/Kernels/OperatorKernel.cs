using Pare.Operators;

namespace Pare.Kernels;

/// <summary>A kernel for one operator, bare or within what lowering puts around it.</summary>
/// <param name="name">For example "conv.f32".</param>
internal abstract class OperatorKernel<TOperator>(string name) : Kernel where TOperator : Operator
{
    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override IEnumerable<KernelOffer> Offers(KernelQuery query) =>
        PlanOf(query) is { } plan ? [new KernelOffer(plan.ScratchBytes, plan.Seconds) { Plan = plan, KeepsEncoding = plan.KeepsEncoding }] : [];

    /// <inheritdoc/>
    public override PreparedKernel Prepare(KernelQuery query, KernelOffer offer)
    {
        PlannedKernel plan = Offered(query, offer);
        plan.Pack();
        return plan;
    }

    /// <inheritdoc/>
    public override long PackedBytes(KernelQuery query, KernelOffer offer) => Offered(query, offer).PackedBytes;

    /// <summary>True for a kernel that also runs its operator within <see cref="Fused"/>, by <see cref="KernelQueryExtensions.Epilogue"/>.</summary>
    protected virtual bool TakesEpilogue => false;

    /// <summary>True for a kernel that also runs its operator within <see cref="Gated"/>, by <see cref="KernelQueryExtensions.Gate"/>.</summary>
    protected virtual bool TakesGate => false;

    /// <summary>True for a kernel that runs its operator within <see cref="ChannelsLast"/>, and only there: shapes of the query are [N, H, W, C] then.</summary>
    protected virtual bool ReadsChannelsLast => false;

    /// <summary>True for a kernel that also writes into a wider image, see <see cref="IntoChannels"/> and <see cref="KernelQueryExtensions.Into"/>.</summary>
    protected virtual bool WritesIntoChannels => false;

    /// <summary>Whether the kernel is for the types of first input and first output.</summary>
    protected abstract bool TakesTypes(KernelQuery query);

    /// <summary>The way to run the node, or null where the kernel cannot.</summary>
    protected abstract PlannedKernel? Plan(TOperator op, KernelQuery query);

    private PlannedKernel Offered(KernelQuery query, KernelOffer offer) =>
        offer.Plan as PlannedKernel ?? PlanOf(query) ?? throw new InvalidOperationException($"Kernel {Name} made no offer for node {query.Node}.");

    private PlannedKernel? PlanOf(KernelQuery query) =>
        Main(query) is TOperator op && TakesTypes(query) && query.Outputs[0].Shape.Elements > 0 ? Plan(op, query) : null;

    // The operator that the node is about, where the kernel knows all that lies around it.
    private Operator? Main(KernelQuery query)
    {
        if (query.Layout() is not null != ReadsChannelsLast)
            return null;
        if (query.Into() is not null && (!WritesIntoChannels || query.Epilogue() is { Residual: true }))
            return null;
        return query.Computed() switch
        {
            Fused fused when TakesEpilogue => fused.Main,
            Gated gated when TakesGate => gated.Main,
            Operator op => op,
        };
    }
}
