namespace Pare.Tests.Formats.Onnx;

/// <summary>Runs a model node by node by the scalar definitions, for given inputs.</summary>
internal static class ScalarRun
{
    /// <summary>The model with the inputs' types fixed. What shapes may depend on becomes a constant: integers, or all inputs where that is not enough.</summary>
    public static Model Bind(Model model, IReadOnlyDictionary<string, Tensor> inputs)
    {
        Model some = Bind(model, inputs, t => t.DType is not (DType.F32 or DType.F64));
        return some.Types.Values.All(t => t.Shape.IsFixed) ? some : Bind(model, inputs, _ => true);
    }

    public static Tensor[] Run(Model model, IReadOnlyDictionary<string, Tensor> inputs)
    {
        Model bound = Bind(model, inputs);
        var values = new Dictionary<string, Tensor>(bound.Constants, StringComparer.Ordinal);
        foreach ((string name, WeightEncoding weight) in bound.Weights) values[name] = Tensor.Of<float>(weight.Shape, weight.ToArray());
        foreach ((string name, _) in bound.Inputs) values[name] = inputs[name];
        foreach (Node node in bound.Nodes)
        {
            Tensor?[] read = [.. node.Inputs.Select(n => n.Length == 0 ? null : values[n])];
            // Outputs that nobody names are computed all the same, as long as the node tells their types.
            Tensor[] made = [.. node.Outputs.Select(n => n.Length == 0 ? null! : new Tensor(bound.Types[n].DType, bound.Types[n].Shape))];
            node.Operator.Evaluate(read, made);
            for (int i = 0; i < made.Length; i++)
                if (node.Outputs[i].Length > 0) values[node.Outputs[i]] = made[i];
        }
        return [.. bound.Outputs.Select(o => values[o])];
    }

    private static Model Bind(Model model, IReadOnlyDictionary<string, Tensor> inputs, Func<Tensor, bool> constant)
    {
        var editor = new ModelEditor { Metadata = model.Metadata };
        foreach ((string name, WeightEncoding weight) in model.Weights) editor.SetWeight(name, weight);
        foreach ((string name, Tensor value) in model.Constants) editor.SetConstant(name, value);
        foreach ((string name, _) in model.Inputs)
            if (constant(inputs[name])) editor.SetConstant(name, inputs[name]);
            else editor.AddInput(name, inputs[name].Type);
        foreach (Node node in model.Nodes) editor.Add(node);
        editor.SetOutputs(model.Outputs);
        return editor.Build();
    }
}
