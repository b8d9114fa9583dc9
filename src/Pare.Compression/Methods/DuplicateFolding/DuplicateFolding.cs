using Pare.Passes;

namespace Pare.Compression.Methods;

/// <summary>Keeps one of several equal weights, and one of several nodes that compute the same.</summary>
public sealed class DuplicateFolding : CompressionMethod<DuplicateFoldingSettings>
{
    /// <inheritdoc/>
    public override string Name => "fold.duplicates";

    /// <inheritdoc/>
    public override string Summary => "keeps one of equal weights and of nodes that compute the same";

    /// <inheritdoc/>
    public override bool ChangesGraph => true;

    /// <inheritdoc/>
    public override bool WholeModel => true;

    /// <inheritdoc/>
    protected override Model Apply(Model model, Layers where, DuplicateFoldingSettings settings, CompressionContext context, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return MergeDuplicates.Apply(model, settings.Vectors);
    }
}
