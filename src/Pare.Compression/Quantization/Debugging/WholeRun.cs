using Pare.Operators;
using Pare.Runtime;

namespace Pare.Compression.Quantization;

/// <summary>Runs one network with values within it at hand.</summary>
internal sealed class WholeRun
{
    private readonly Session _session;
    private readonly Model _model;

    /// <param name="model">The network, its batch length fixed.</param>
    /// <param name="plan">How it runs.</param>
    /// <param name="values">The values at hand; null for all but codes.</param>
    public WholeRun(Model model, PlanOptions plan, IReadOnlyCollection<string>? values = null)
    {
        _model = model;
        _session = new Session(ExecutionPlan.Build(Showing(model, values), plan));
        Makers = model.Nodes.SelectMany(n => n.Outputs.Where(o => o.Length > 0).Select(o => (o, n))).ToDictionary(p => p.o, p => p.n, StringComparer.Ordinal);
    }

    public Model Model => _model;

    public Dictionary<string, Node> Makers { get; }

    public Tensor this[string value] => _model.Inputs.Any(i => i.Name == value) ? _session.Input(value) : _session.Output(value);

    public bool Has(string value) => _session.Plan.Lowered.Outputs.Contains(value) || _model.Inputs.Any(i => i.Name == value);

    /// <summary>Bytes of a run that keeps those values.</summary>
    public static long Bytes(Model model, PlanOptions plan, IReadOnlyCollection<string>? values = null) => ExecutionPlan.Measure(Showing(model, values), plan).ArenaBytes;

    public void Run(ReadOnlySpan<float> inputs, CancellationToken cancel)
    {
        Span<float> to = _session.Input(_model.Inputs[0].Name).Floats;
        // A short batch is filled with its own samples.
        for (int start = 0; start < to.Length; start += inputs.Length) inputs[..Math.Min(inputs.Length, to.Length - start)].CopyTo(to[start..]);
        _session.Run(cancel);
    }

    private static Model Showing(Model model, IReadOnlyCollection<string>? values)
    {
        var editor = new ModelEditor(model);
        editor.SetOutputs(model.Outputs.Concat(values ?? [.. Shown(model)]).Distinct(StringComparer.Ordinal));
        return editor.Build();
    }

    private static IEnumerable<string> Shown(Model model) =>
        model.Nodes.Where(n => n.Operator is not (QuantizeLinear or DynamicQuantizeLinear)).SelectMany(n => n.Outputs).Where(o => o.Length > 0 && model.Types.ContainsKey(o));
}
