using System.Collections.Immutable;
using Pare.Operators;

namespace Pare.Passes;

/// <summary>Binds the names in the shapes of inputs.</summary>
public static class OpenLengths
{
    /// <summary>The model with every name bound to 1: what an analysis of channels looks at.</summary>
    public static Model AsOne(Model model) => Bind(model, ImmutableDictionary<string, long>.Empty);

    /// <summary>The model with every name bound.</summary>
    /// <param name="model">The model.</param>
    /// <param name="bindings">Lengths by name; a name that is not there is 1, or the only length that the model's reshapes let it have.</param>
    /// <exception cref="ModelException">The bound lengths do not fit the operators.</exception>
    public static Model Bind(Model model, IReadOnlyDictionary<string, long> bindings)
    {
        if (model.Inputs.All(i => i.Type.Shape.IsFixed)) return model;
        Dictionary<string, long> implied = Implied(model);
        var editor = new ModelEditor(model);
        foreach ((string name, TensorType type) in model.Inputs) editor.SetInput(name, type with { Shape = Bound(type.Shape) });
        foreach (Node node in model.Nodes)
            if (node.Operator is ForeignOperator foreign) editor.Replace(node, node with { Operator = foreign.Bind(Bound) });
        return editor.Build();

        Shape Bound(Shape shape) => shape.Bind(shape.SelectMany(d => d.Names).Distinct().ToDictionary(n => n, n => bindings.TryGetValue(n, out long length) ? length : implied.GetValueOrDefault(n, 1)));
    }

    // Exporters write numbers into reshapes that the code took from the example, and still call the batch open: 1024 N elements under a
    // shape of 2048 say that N is 2.
    private static Dictionary<string, long> Implied(Model model)
    {
        var implied = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (Node node in model.Nodes)
        {
            if (node.Operator is not Reshape || !model.IsTyped(node)) continue;
            if (model.Types[node.Outputs[0]].Shape.Product() is not { IsKnown: true, Constant: > 0 and var elements }) continue;
            if (model.Types[node.Inputs[0]].Shape.Product() is not { IsKnown: false, Constant: 0 } given || given.Names.ToArray() is not [var name]) continue;
            long each = given.Bind(new Dictionary<string, long>(StringComparer.Ordinal) { [name] = 1 }).Constant;
            if (each > 0 && elements % each == 0) implied.TryAdd(name, elements / each);
        }
        return implied;
    }
}
