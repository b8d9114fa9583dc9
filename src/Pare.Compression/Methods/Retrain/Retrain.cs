namespace Pare.Compression.Methods;

/// <summary>Trains every leaf as it is encoded: kept weights stay in their places, centroids move with their clusters.</summary>
/// <remarks>Han, Mao, Dally, "Deep Compression", ICLR 2016, section 3.3: a centroid's gradient is the sum over its cluster.</remarks>
public sealed class Retrain : CompressionMethod<RetrainSettings>
{
    /// <inheritdoc/>
    public override string Name => "retrain";

    /// <inheritdoc/>
    public override string Summary => "trains the weights that are left, and centroids";

    /// <inheritdoc/>
    public override bool WholeModel => true;

    /// <inheritdoc/>
    protected override MethodNeeds Needs(RetrainSettings settings) => MethodNeeds.Training;

    /// <inheritdoc/>
    protected override Model Apply(Model model, Layers where, RetrainSettings settings, CompressionContext context, CancellationToken cancel) =>
        context.Retrain(model, settings.Training ?? context.TrainingDefaults, cancel);
}
