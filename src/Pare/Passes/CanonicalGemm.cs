using Pare.Operators;

namespace Pare.Passes;

/// <summary>Turns a product of a matrix with a constant matrix, and the constant vector that is added to it, into one Gemm.</summary>
public static class CanonicalGemm
{
    /// <summary>Before this opset Gemm needs its input c.</summary>
    private const int OptionalBias = 11;

    /// <summary>Applies the pass.</summary>
    public static Model Apply(Model model)
    {
        var readers = new Readers(model);
        var editor = new ModelEditor(model);
        bool changed = false;
        foreach (Node node in model.Nodes)
        {
            if (!model.IsTyped(node) || !IsProduct(model, node)) continue;
            string output = node.Outputs[0];
            Node? add = readers.Only(output) is { Operator: Binary { Function: var f } } reader && f == BinaryFunctions.Add ? reader : null;
            string? bias = add is null ? null : Bias(model, editor, add, output, model.Types[output].Shape[1]);
            if (bias is null && (node.Operator is Gemm || model.Metadata.Opset < OptionalBias)) continue;
            Gemm gemm = (node.Operator as Gemm ?? new Gemm()) with { Beta = 1 };
            string[] inputs = bias is null ? [.. node.Inputs] : [node.Inputs[0], node.Inputs[1], bias];
            if (bias is not null) editor.Remove(add!);
            editor.Replace(node, node with { Operator = gemm, Inputs = [.. inputs], Outputs = bias is null ? node.Outputs : add!.Outputs });
            changed = true;
        }
        if (!changed) return model;
        editor.RemoveUnused();
        return editor.Build();
    }

    private static bool IsProduct(Model model, Node node) => node.Operator switch
    {
        MatMul => model.Types[node.Inputs[0]].Shape.Rank == 2 && model.Weights.TryGetValue(node.Inputs[1], out WeightEncoding? w) && w.Shape.Rank == 2,
        Gemm => node.Input(2).Length == 0,
        _ => false,
    };

    // The added value must be one number for each column: [n] or [1, n]. It is stored as [n].
    private static string? Bias(Model model, ModelEditor editor, Node add, string product, Dim columns)
    {
        string name = add.Inputs[0] == product ? add.Inputs[1] : add.Inputs[0];
        if (!model.Weights.TryGetValue(name, out WeightEncoding? bias) || bias.Shape.Rank > 2) return null;
        if (bias.Shape[^1] != columns || (bias.Shape.Rank == 2 && bias.Shape[0] != 1)) return null;
        if (bias.Shape.Rank == 1) return name;
        return bias is Dense dense && new Readers(model).Only(name) is not null
            ? editor.SetWeight(name, new Dense(Shape.Of(dense.Length), dense.ToArray()))
            : null;
    }
}
