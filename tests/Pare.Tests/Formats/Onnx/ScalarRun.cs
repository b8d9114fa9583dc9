namespace Pare.Tests.Formats.Onnx;

/// <summary>
/// Runs a model node by node by the scalar definitions. Types are derived anew before each node, with the values it reads known, so that
/// outputs whose shapes depend on values run too. What the model said of the types before must agree.
/// </summary>
internal static class ScalarRun
{
    public static Tensor[] Run(Model model, IReadOnlyDictionary<string, Tensor> inputs)
    {
        var values = new Dictionary<string, Tensor>(model.Constants, StringComparer.Ordinal);
        foreach ((string name, WeightEncoding weight) in model.Weights) values[name] = Tensor.Of<float>(weight.Shape, weight.ToArray());
        foreach ((string name, Tensor value) in inputs) values[name] = value;
        foreach (Node node in model.Nodes)
        {
            var editor = new ModelEditor { Metadata = model.Metadata };
            foreach (string input in node.Inputs.Where(n => n.Length > 0)) editor.SetConstant(input, values[input]);
            editor.Add(node);
            editor.SetOutputs(node.Outputs.Where(o => o.Length > 0));
            Model alone = editor.Build();
            Tensor[] made = [.. node.Outputs.Select(n => n.Length == 0 ? null! : new Tensor(alone.Types[n].DType, alone.Types[n].Shape))];
            node.Operator.Evaluate([.. node.Inputs.Select(n => n.Length == 0 ? null : values[n])], made);
            for (int i = 0; i < made.Length; i++)
                if (made[i] is not null) Keep(node.Outputs[i], made[i]);
        }
        return [.. model.Outputs.Select(o => values[o])];

        void Keep(string name, Tensor value)
        {
            values[name] = value;
            TensorType before = model.Types[name];
            bool agrees = before.DType == value.DType && before.Shape.Rank == value.Shape.Rank
                && before.Shape.Zip(value.Shape).All(d => !d.First.IsKnown || d.First == d.Second);
            if (!agrees) throw new InvalidOperationException($"'{name}' was inferred as {before} and is {value.Type}.");
        }
    }
}
