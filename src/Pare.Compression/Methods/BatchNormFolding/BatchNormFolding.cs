using Pare.Passes;

namespace Pare.Compression.Methods;

/// <summary>Folds each batch normalization into the layer before it: the same outputs from four vectors less.</summary>
public sealed class BatchNormFolding : CompressionMethod<BatchNormFoldingSettings>
{
    /// <inheritdoc/>
    public override string Name => "fold.batch-norm";

    /// <inheritdoc/>
    public override string Summary => "folds batch normalizations into the layers before them";

    /// <inheritdoc/>
    public override bool ChangesGraph => true;

    /// <inheritdoc/>
    public override bool WholeModel => true;

    /// <inheritdoc/>
    protected override Model Apply(Model model, Layers where, BatchNormFoldingSettings settings, CompressionContext context, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return FoldBatchNorm.Apply(model);
    }
}
