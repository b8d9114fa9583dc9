namespace Pare.Lowering;

/// <summary>
/// Lays images out with their channels last wherever convolutions compute them and the nodes behind can follow; images are moved only
/// where such a region begins and ends.
/// </summary>
/// <remarks>Convolutions begin a region. The other operators join it when one of their images lies in it, and have a rule.</remarks>
internal static class AssignLayouts
{
    /// <summary>Applies the pass to a model with fixed shapes.</summary>
    public static Model Apply(Model model)
    {
        if (!model.Nodes.Any(n => LayoutRules.Begins(model, n))) return model;
        var editor = new ModelEditor(model);
        foreach (Node node in model.Nodes) editor.Remove(node);
        var scope = new LayoutScope(model, editor);
        foreach (Node node in model.Nodes)
        {
            if (scope.IsTaken(node)) continue;
            bool joins = LayoutRules.Begins(model, node) || node.Inputs.Any(scope.IsLast);
            if (joins && LayoutRules.Of(node.Operator) is { } rule && rule(scope, node)) continue;
            foreach (string input in node.Inputs) scope.First(input);
            editor.Add(node);
        }
        foreach (string output in model.Outputs) scope.First(output);
        editor.RemoveUnused();
        return editor.Build();
    }
}
