using Pare.Operators;
using Pare.Runtime;

namespace Pare.Compression.Quantization.Debugging;

/// <summary>Runs one network with values within it at hand.</summary>
internal sealed class WholeRun
{
    private readonly Session _session;
    private readonly HashSet<string> _inputs, _shown;

    /// <param name="model">The network, its batch length fixed.</param>
    /// <param name="plan">How it runs.</param>
    /// <param name="values">The values at hand; null for all but codes.</param>
    public WholeRun(Model model, PlanOptions plan, IReadOnlyCollection<string>? values = null)
    {
        _session = new Session(ExecutionPlan.Build(Showing(model, values), plan));
        View = new ModelView(model);
        _inputs = [.. model.Inputs.Select(i => i.Name)];
        _shown = [.. _session.Plan.Lowered.Outputs];
    }

    public Model Model => View.Model;

    public ModelView View { get; }

    public Tensor this[string value] => _inputs.Contains(value) ? _session.Input(value) : _session.Output(value);

    public bool Has(string value) => _shown.Contains(value) || _inputs.Contains(value);

    /// <summary>Bytes of a run that keeps those values.</summary>
    public static long Bytes(Model model, PlanOptions plan, IReadOnlyCollection<string>? values = null) => ExecutionPlan.Measure(Showing(model, values), plan).ArenaBytes;

    public void Run(ReadOnlySpan<float> inputs, CancellationToken cancel)
    {
        Span<float> to = _session.Input(Model.Inputs[0].Name).Floats;
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
