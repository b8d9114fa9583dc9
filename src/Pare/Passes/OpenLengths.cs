namespace Pare.Passes;

/// <summary>Binds the names in the shapes of inputs.</summary>
public static class OpenLengths
{
    /// <summary>The model with every name bound to 1: what an analysis of channels looks at.</summary>
    public static Model AsOne(Model model) => Bind(model, new Dictionary<string, long>());

    /// <summary>The model with every name bound.</summary>
    /// <param name="model">The model.</param>
    /// <param name="bindings">Lengths by name; a name that is not there is 1.</param>
    /// <exception cref="ModelException">The bound lengths do not fit the operators.</exception>
    public static Model Bind(Model model, IReadOnlyDictionary<string, long> bindings)
    {
        if (model.Inputs.All(i => i.Type.Shape.IsFixed)) return model;
        var editor = new ModelEditor(model);
        foreach ((string name, TensorType type) in model.Inputs) editor.SetInput(name, type with { Shape = Bound(type.Shape) });
        foreach (Node node in model.Nodes)
            if (node.Operator is ForeignOperator foreign) editor.Replace(node, node with { Operator = foreign.Bind(Bound) });
        return editor.Build();

        Shape Bound(Shape shape)
        {
            var lengths = new Dictionary<string, long>(StringComparer.Ordinal);
            foreach (Dim dim in shape)
                foreach (string name in dim.Names) lengths[name] = bindings.TryGetValue(name, out long length) ? length : 1;
            return shape.Bind(lengths);
        }
    }
}
