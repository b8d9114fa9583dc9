using Pare.Operators;

namespace Pare.Passes;

/// <summary>Between the two forms of a sign of one bit: <see cref="UnaryFunctions.BinarySign"/>, and x >= 0 chosen between 1 and -1, as ONNX files have it.</summary>
public static class BinarySigns
{
    /// <summary>
    /// Joins Where(GreaterOrEqual(x, 0), 1, -1), and 2 Cast(GreaterOrEqual(x, 0)) - 1 in its several orders, to one operator each. The model computes
    /// the same numbers.
    /// </summary>
    public static Model Join(Model model)
    {
        if (!model.Nodes.Any(IsComparison)) return model;
        var editor = new ModelEditor(model);
        bool changed = false;
        foreach (Node node in model.Nodes)
        {
            if (Compared(model, node) is not { } x || model.Types[x] is not { DType: DType.F32 } type || !model.Types[node.Outputs[0]].Equals(type)) continue;
            editor.Replace(node, node with { Operator = new Unary(UnaryFunctions.BinarySign), Inputs = [x] });
            changed = true;
        }
        if (!changed) return model;
        editor.RemoveUnused();
        return editor.Build();
    }

    /// <summary>Takes each <see cref="UnaryFunctions.BinarySign"/> apart, so that the model can be written to files; this needs opset 12.</summary>
    public static Model Part(Model model)
    {
        if (!model.Nodes.Any(IsSign)) return model;
        var editor = new ModelEditor(model);
        foreach (Node node in model.Nodes.Where(IsSign))
        {
            DType type = model.Types[node.Outputs[0]].DType;
            string Constant(string name, long value) => editor.SetConstant(
                editor.FreshValue($"{node.Name}_{name}"), type == DType.F64 ? Tensor.Scalar((double)value) : Tensor.Scalar((float)value));
            string isPositive = editor.FreshValue($"{node.Name}_positive");
            editor.Replace(
                node,
                new Node(editor.FreshNode($"{node.Name}_GreaterOrEqual"), new Binary(BinaryFunctions.GreaterOrEqual), [node.Inputs[0], Constant("zero", 0)], [isPositive]),
                node with { Operator = new Where(), Inputs = [isPositive, Constant("one", 1), Constant("minus_one", -1)] });
        }
        return editor.Build();
    }

    private static bool IsSign(Node node) => node.Operator is Unary { Function: var f } && f == UnaryFunctions.BinarySign;

    private static bool IsComparison(Node node) => node.Operator is Binary { Function: var f } && (f == BinaryFunctions.GreaterOrEqual || f == BinaryFunctions.LessOrEqual);

    // What a node that gives 1 where a value is at least 0, otherwise -1, compares; null for every other node.
    private static string? Compared(Model model, Node node)
    {
        if (node.Operator is Where && Number(model, node.Inputs[1]) == 1 && Number(model, node.Inputs[2]) == -1) return AtLeastZero(model, node.Inputs[0]);
        // 2 c - 1, or -1 + 2 c, with c 0 or 1
        if (node.Operator is not Binary { Function: var sum }) return null;
        string? doubled = sum == BinaryFunctions.Sub && Number(model, node.Inputs[1]) == 1 ? node.Inputs[0]
            : sum == BinaryFunctions.Add && Number(model, node.Inputs[1]) == -1 ? node.Inputs[0]
            : sum == BinaryFunctions.Add && Number(model, node.Inputs[0]) == -1 ? node.Inputs[1] : null;
        if (doubled is null || model.Producer(doubled) is not { Operator: Binary { Function: var product } } twice || product != BinaryFunctions.Mul) return null;
        string? cast = Number(model, twice.Inputs[1]) == 2 ? twice.Inputs[0] : Number(model, twice.Inputs[0]) == 2 ? twice.Inputs[1] : null;
        return cast is not null && model.Producer(cast) is { Operator: Cast { To: DType.F32 } } number ? AtLeastZero(model, number.Inputs[0]) : null;
    }

    private static string? AtLeastZero(Model model, string condition)
    {
        if (model.Producer(condition) is not { Operator: Binary { Function: var f } } comparison) return null;
        return f == BinaryFunctions.GreaterOrEqual && Number(model, comparison.Inputs[1]) == 0 ? comparison.Inputs[0]
            : f == BinaryFunctions.LessOrEqual && Number(model, comparison.Inputs[0]) == 0 ? comparison.Inputs[1] : null;
    }

    private static float? Number(Model model, string name) => model.Floats(name) is { Values: [var value] } ? value : null;
}
