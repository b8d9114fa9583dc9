namespace Pare.Passes;

/// <summary>Takes out every node, weight and constant that no output needs.</summary>
public static class DeadCode
{
    /// <summary>Applies the pass.</summary>
    public static Model Apply(Model model)
    {
        var editor = new ModelEditor(model);
        int before = editor.Nodes.Count + editor.Weights.Count + editor.Constants.Count;
        editor.RemoveUnused();
        return editor.Nodes.Count + editor.Weights.Count + editor.Constants.Count == before ? model : editor.Build();
    }
}
