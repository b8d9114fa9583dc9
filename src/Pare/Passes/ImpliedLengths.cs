using Pare.Operators;

namespace Pare.Passes;

/// <summary>
/// Fixes open lengths of which the model allows only one value. Exporters write numbers into reshapes that the code took from its example,
/// and still call the batch open: 1024 N elements under a shape of 2048 say that N is 2, and nothing else ever runs.
/// </summary>
public static class ImpliedLengths
{
    /// <summary>The model with such lengths in the types of its inputs; the same where there are none.</summary>
    public static Model Fix(Model model)
    {
        var implied = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (Node node in model.Nodes)
            if (node.Operator is Reshape && model.IsTyped(node)) Add(model.Types[node.Inputs[0]].Shape, model.Types[node.Outputs[0]].Shape, implied);
        if (implied.Count == 0) return model;
        var editor = new ModelEditor(model);
        foreach ((string name, TensorType type) in model.Inputs) editor.SetInput(name, type with { Shape = type.Shape.Bind(implied) });
        foreach (Node node in model.Nodes)
            if (node.Operator is ForeignOperator foreign) editor.Replace(node, node with { Operator = foreign.Bind(s => s.Bind(implied)) });
        try
        {
            return editor.Build();
        }
        catch (ModelException)
        {
            return model; // no length fits: running says where
        }
    }

    private static void Add(Shape from, Shape to, Dictionary<string, long> implied)
    {
        if (to.Product() is not { IsKnown: true, Constant: > 0 and var elements }) return;
        if (from.Product() is not { IsKnown: false, Constant: 0 } given || given.Names.ToArray() is not [var name]) return;
        long each = given.Bind(new Dictionary<string, long>(StringComparer.Ordinal) { [name] = 1 }).Constant;
        if (each > 0 && elements % each == 0) implied.TryAdd(name, elements / each);
    }
}
