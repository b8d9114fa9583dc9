using Pare.Compression.Evaluation;
using Pare.Compression.Quantization.Equalization;
using Pare.Passes;

namespace Pare.Compression.Methods;

/// <summary>Makes the ranges of channels alike across layers, so that one scale for a whole weight or activation loses little. It computes the same in floats.</summary>
/// <remarks>
/// Nagel et al., "Data-Free Quantization Through Weight Equalization and Bias Correction", ICCV 2019. A step before quantize.static. Batch
/// normalizations stay, so that what follows from their statistics still does.
/// </remarks>
public sealed class QuantizeEqualize : CompressionMethod<QuantizeEqualizeSettings>
{
    /// <inheritdoc/>
    public override string Name => "quantize.equalize";

    /// <inheritdoc/>
    public override string Summary => "makes channels' ranges alike across layers before quantization; the same outputs in floats";

    /// <inheritdoc/>
    public override bool ChangesGraph => true;

    /// <inheritdoc/>
    public override bool WholeModel => true;

    /// <inheritdoc/>
    protected override Model Apply(Model model, Layers where, QuantizeEqualizeSettings settings, CompressionContext context, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        Model simple = Simplify.ForTraining(model);
        IReadOnlyList<ChannelSet> sets = ChannelSets.Of(simple, settings.ReplaceClips);
        if (sets.Count == 0)
        {
            context.Warn($"{Name}: no layers follow each other with nothing but rectifiers between them; nothing was changed");
            return model;
        }
        Model equalized = Equalizer.Apply(simple, sets, settings.Rounds, cancel);
        return settings.AbsorbBias ? Absorb(equalized, ChannelSets.Of(equalized, replacesClips: false), settings, context, cancel) : equalized;
    }

    private Model Absorb(Model model, IReadOnlyList<ChannelSet> sets, QuantizeEqualizeSettings settings, CompressionContext context, CancellationToken cancel)
    {
        Maker[] wanted = [.. BiasAbsorber.Wanted(sets)];
        string[] unknown = [.. wanted.Where(m => m.Norm is null).Select(m => m.Output)];
        Dictionary<string, (double[], double[])> known = [];
        if (unknown.Length > 0 && (context.Calibration ?? context.Training) is not null)
            known = MeasuredMoments.Of(model, unknown, ActivationWalk.For(model, context.CalibrationSamples(settings.Samples), context.Threads), cancel);
        else if (unknown.Length > 0)
            context.Warn($"{Name}: nothing says the mean of {unknown.Length} values, as their batch normalizations are folded and there are no samples; their biases stay");
        foreach (Maker maker in wanted.Where(m => m.Norm is not null))
            known[maker.Output] = ([.. model.Weights[maker.Norm!.Inputs[2]].ToArray().Select(v => (double)v)], [.. model.Weights[maker.Norm.Inputs[1]].ToArray().Select(v => (double)Math.Abs(v))]);
        return BiasAbsorber.Apply(model, sets, value => known.TryGetValue(value, out (double[], double[]) moments) ? moments : null).Model;
    }
}
