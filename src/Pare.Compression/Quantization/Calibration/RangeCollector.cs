using Pare.Compression.Data;
using Pare.Compression.Evaluation;

namespace Pare.Compression.Quantization;

/// <summary>Calibrates the values of a plan: one calibrator for each scale, fed by all values that share it.</summary>
public sealed class RangeCollector
{
    private readonly QuantizationPlan _plan;
    private readonly ActivationFormat[] _formats;
    private readonly ICalibrator[][] _calibrators;
    private readonly ActivationRange?[] _seen;

    /// <summary>Makes the calibrators.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="formats">What the values of each group are quantized to.</param>
    /// <param name="create">Makes a calibrator for a format.</param>
    public RangeCollector(QuantizationPlan plan, IReadOnlyList<ActivationFormat> formats, Func<ActivationFormat, ICalibrator> create)
    {
        _plan = plan;
        _formats = [.. formats];
        _seen = new ActivationRange?[plan.Groups.Length];
        _calibrators = [.. plan.Groups.Select((g, i) =>
        {
            ICalibrator first = create(_formats[i]);
            // A mean over samples must not mix values; a histogram counts them all.
            return g.Sources.Select((_, s) => s == 0 || first is not AverageCalibrator ? first : create(_formats[i])).ToArray();
        })];
    }

    /// <summary>Takes the model through the samples.</summary>
    /// <param name="model">The model that was planned.</param>
    /// <param name="walk">The samples.</param>
    /// <param name="progress">Hears the share that is done.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="DataException">A value has a number that is not finite; the message names it.</exception>
    public void Collect(Model model, ActivationWalk walk, Action<double>? progress, CancellationToken cancel)
    {
        int done = 0;
        if (_plan.Groups.IsEmpty) return;
        walk.Run(model, _plan.Sources, probe =>
        {
            for (int g = 0; g < _calibrators.Length; g++)
                for (int s = 0; s < _calibrators[g].Length; s++) Add(g, s, probe, walk.Data);
            progress?.Invoke(Math.Min(1, (double)(done += probe.BatchSize) / walk.Data.Count));
        }, cancel);
    }

    /// <summary>One quantizer for each group.</summary>
    public ActivationQuantizer[] Quantizers() => [.. _plan.Groups.Select((_, g) => _seen[g] is { } seen && seen.Low == seen.High
        ? ActivationQuantizer.OfConstant(seen.Low, _formats[g])
        : ActivationQuantizer.Of(Range(g), _formats[g]))];

    /// <summary>The range that a group's calibrators chose.</summary>
    public ActivationRange Range(int group) => _calibrators[group].Distinct().Select(c => c.Range()).Aggregate((a, b) => a.Union(b));

    /// <summary>Names of values that were the same number throughout, though several numbers were seen.</summary>
    public IEnumerable<string> Constant => _plan.Groups.Where((_, g) => _seen[g] is { } seen && seen.Low == seen.High).Select(g => g.Name);

    private void Add(int group, int source, ActivationProbe probe, DataSet data)
    {
        string name = _plan.Groups[group].Sources[source];
        ReadOnlySpan<float> values = probe[name].Floats;
        try
        {
            if (ActivationRange.Of(values) is not { } range) return;
            _seen[group] = _seen[group]?.Union(range) ?? range;
            _calibrators[group][source].Add(values, probe.Samples);
        }
        catch (DataException e)
        {
            throw new DataException($"Calibration on data '{data.Name}': in the value '{name}' {e.Message}. Check the samples and the model's preprocessing (--scale, --mean, --std).");
        }
    }
}
