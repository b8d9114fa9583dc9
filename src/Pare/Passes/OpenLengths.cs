namespace Pare.Passes;

/// <summary>Binds the names in the shapes of inputs.</summary>
public static class OpenLengths
{
    /// <summary>The model with every name bound to 1: what a profile or an analysis of channels looks at.</summary>
    public static Model AsOne(Model model)
    {
        if (model.Inputs.All(i => i.Type.Shape.IsFixed)) return model;
        var editor = new ModelEditor(model);
        foreach ((string name, TensorType type) in model.Inputs)
            editor.SetInput(name, type with { Shape = type.Shape.Bind(type.Shape.SelectMany(d => d.Names).Distinct().ToDictionary(n => n, _ => 1L)) });
        return editor.Build();
    }
}
