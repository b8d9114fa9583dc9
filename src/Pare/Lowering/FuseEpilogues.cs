using Pare.Operators;
using Pare.Passes;

namespace Pare.Lowering;

/// <summary>
/// Takes the addition of a residual and the clip or rectifier that follow a convolution or product into it, so that results are not
/// written, read and written again.
/// </summary>
internal static class FuseEpilogues
{
    /// <summary>Applies the pass.</summary>
    public static Model Apply(Model model)
    {
        var readers = new Readers(model);
        var editor = new ModelEditor(model);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        // From the end, so that of two convolutions that are added the later one takes the other's result.
        foreach (Node main in model.Nodes.Reverse())
        {
            if (Inputs(main.Operator) is not { } mainInputs || model.Types[main.Outputs[0]].DType != DType.F32) continue;
            string end = main.Outputs[0], residual = "";
            var merged = new List<Node>();
            if (main.Operator is Conv && model.Types[end].Shape.Rank == 4 && readers.Only(end) is { } sum && !taken.Contains(sum.Name) && Other(model, sum, end) is { } other)
            {
                merged.Add(sum);
                (end, residual) = (sum.Outputs[0], other);
            }
            (float low, float high) = (float.NegativeInfinity, float.PositiveInfinity);
            if (readers.Only(end) is { } clip && !taken.Contains(clip.Name) && clip.Inputs[0] == end && Bounds(model, clip) is { } bounds)
            {
                merged.Add(clip);
                (end, low, high) = (clip.Outputs[0], bounds.Low, bounds.High);
            }
            if (merged.Count == 0) continue;
            foreach (Node node in merged) taken.Add(node.Name);
            foreach (Node node in merged) editor.Remove(node);
            editor.Replace(main, main with
            {
                Operator = new Fused(main.Operator, mainInputs, residual.Length > 0, low, high),
                Inputs = [.. main.FirstInputs(mainInputs), .. residual.Length > 0 ? [residual] : Array.Empty<string>()],
                Outputs = [end],
            });
        }
        return taken.Count == 0 ? model : editor.Build();
    }

    private static int? Inputs(Operator op) => op switch
    {
        Conv or Gemm => 3,
        MatMul => 2,
        _ => null,
    };

    // What is added to a value: another value of the same shape, which some node computes or the caller gives.
    internal static string? Other(Model model, Node sum, string value)
    {
        if (sum.Operator is not (Binary { Function.Name: "Add" } or Variadic { Function.Name: "Sum" }) || sum.Inputs.Length != 2) return null;
        string other = sum.Inputs[0] == value ? sum.Inputs[1] : sum.Inputs[0];
        if (other == value || model.Weights.ContainsKey(other) || model.Constants.ContainsKey(other)) return null;
        return model.Types[other].Equals(model.Types[value]) ? other : null;
    }

    internal static (float Low, float High)? Bounds(Model model, Node node, int first = 1)
    {
        if (node.Operator is Unary { Function.Name: "Relu" }) return (0, float.PositiveInfinity);
        if (node.Operator is not (Clip or ClipGradient)) return null;
        float low = float.NegativeInfinity, high = float.PositiveInfinity;
        if (node.Input(first).Length > 0)
        {
            if (model.Floats(node.Input(first)) is not { } least) return null;
            low = least.Values[0];
        }
        if (node.Input(first + 1).Length > 0)
        {
            if (model.Floats(node.Input(first + 1)) is not { } most) return null;
            high = most.Values[0];
        }
        return low <= high ? (low, high) : null;
    }
}
