using Pare.Compression.Data;
using Pare.Runtime;

namespace Pare.Compression.Evaluation;

/// <summary>Runs a model and shows values within it. It holds one batch at a time, whatever the number of samples.</summary>
/// <remarks>Not for several threads at once.</remarks>
public sealed class ActivationProbe
{
    // A batch's activations stay within this where the samples are large.
    private const long MostArenaBytes = 256L << 20;

    private readonly Model _model;
    private readonly ClassifierPorts _ports;
    private readonly PlanOptions _plan;
    private Session? _full, _short;
    private int _shortLength;

    /// <summary>Plans the part of the model that the values need.</summary>
    /// <param name="model">One float input [N, ...].</param>
    /// <param name="values">Names of values: inputs and results of nodes.</param>
    /// <param name="samples">Samples of the input's shape.</param>
    /// <param name="preprocessing">How they become inputs.</param>
    /// <param name="batch">The most samples of a run; fewer where their activations take more than 256 MiB. A model that fixes its batch length keeps that.</param>
    /// <param name="plan">How it is planned; null: with one thread.</param>
    /// <exception cref="ModelException">The model has other inputs, or no such value.</exception>
    /// <exception cref="DataException">The samples have another shape.</exception>
    public ActivationProbe(Model model, IEnumerable<string> values, DataSet samples, Preprocessing preprocessing, int batch = 32, PlanOptions? plan = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        _ports = ClassifierPorts.Of(model, samples, preprocessing, labelled: false);
        Values = [.. values.Distinct(StringComparer.Ordinal)];
        if (Values.FirstOrDefault(v => v != _ports.Input && model.Producer(v) is null) is { } missing)
            throw new ModelException($"The model has no value '{missing}' that is computed.");
        _plan = plan ?? new PlanOptions { Threads = 1 };
        string[] computed = [.. Values.Where(v => v != _ports.Input)];
        _model = Part(model, computed.Length == 0 ? [model.Outputs[0]] : computed);
        BatchSize = _ports.Batch is null ? _ports.FixedBatch : Math.Min(Fitting(batch), samples.Count);
    }

    /// <summary>The values that are shown.</summary>
    public IReadOnlyList<string> Values { get; }

    /// <summary>The most samples of a run.</summary>
    public int BatchSize { get; }

    /// <summary>Samples of the last run that the values hold: more than were given where the model fixes its batch length; then some stand twice.</summary>
    public int Samples { get; private set; }

    /// <summary>A value as the last run left it, the samples along its first axis; read it before the next run.</summary>
    /// <exception cref="InvalidOperationException">Nothing has run.</exception>
    public Tensor this[string value]
    {
        get
        {
            Session session = Last ?? throw new InvalidOperationException("Run the probe before its values are read.");
            return value == _ports.Input ? session.Input(value) : session.Output(value);
        }
    }

    private Session? Last { get; set; }

    /// <summary>Runs some samples.</summary>
    /// <param name="inputs">Preprocessed samples, one after another.</param>
    /// <param name="samples">How many: 1 to <see cref="BatchSize"/>.</param>
    /// <param name="cancel">Stops the run between two nodes.</param>
    public void Run(ReadOnlySpan<float> inputs, int samples, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(samples, BatchSize);
        Samples = _ports.Batch is null ? BatchSize : samples;
        Last = SessionFor(Samples);
        Span<float> input = Last.Input(_ports.Input).Floats;
        for (int start = 0; start < input.Length; start += inputs.Length)
            inputs[..Math.Min(inputs.Length, input.Length - start)].CopyTo(input[start..]);
        Last.Run(cancel);
    }

    private Session SessionFor(int samples)
    {
        if (samples == BatchSize) return _full ??= Plan(samples);
        if (_short is null || _shortLength != samples) (_short, _shortLength) = (Plan(samples), samples);
        return _short;
    }

    private Session Plan(int samples) => new(ExecutionPlan.Build(_model, _plan, _ports.For(samples)));

    private int Fitting(int batch)
    {
        long perSample = Math.Max(1, ExecutionPlan.Measure(_model, _plan, _ports.For(1)).ArenaBytes);
        return (int)Math.Clamp(MostArenaBytes / perSample, 1, batch);
    }

    private static Model Part(Model model, string[] outputs)
    {
        var editor = new ModelEditor(model);
        editor.SetOutputs(outputs);
        editor.RemoveUnused();
        return editor.Build();
    }
}
