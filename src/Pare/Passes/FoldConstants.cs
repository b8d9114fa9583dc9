using System.Collections.Immutable;
using Pare.Operators;

namespace Pare.Passes;

/// <summary>Computes what does not depend on the model's inputs, and the shape arithmetic that inference knows. Quantized weights stay integers.</summary>
public static class FoldConstants
{
    /// <summary>A result larger than this and larger than what it is made of would only make the file longer.</summary>
    private const long LargestGrownBytes = 64 * 1024;

    /// <summary>Applies the pass. Weights that are stored dense are folded; those that are compressed stay as they are.</summary>
    public static Model Apply(Model model) => Apply(model, Weights.Computed);

    /// <summary>Applies the pass for a model that is trained: a weight is only put under another shape or order of axes.</summary>
    public static Model ApplyForTraining(Model model) => Apply(model, Weights.Moved);

    /// <summary>Applies the pass to shape arithmetic and constants; every weight stays as it is, under its name.</summary>
    public static Model ApplyToShapes(Model model) => Apply(model, Weights.Kept);

    /// <summary>What may become of weights.</summary>
    private enum Weights { Computed, Moved, Kept }

    private static Model Apply(Model model, Weights allowed)
    {
        var inference = TypeInference.Of(model);
        var readers = new Readers(model);
        var known = new Dictionary<string, Tensor>(model.Constants, StringComparer.Ordinal);
        var codes = new Dictionary<string, KnownCodes>(StringComparer.Ordinal);
        var editor = new ModelEditor(model);
        bool changed = false;
        foreach (Node node in model.Nodes)
        {
            if (node.Outputs.Any(readers.IsOutput) || Fold(model, node, inference, readers, known, allowed) is not { } values) continue;
            editor.Remove(node);
            changed = true;
            foreach ((string output, Tensor value) in node.Outputs.Zip(values))
            {
                if (output.Length == 0) continue;
                if ((KnownCodes.Of(node, Value) ?? codes.GetValueOrDefault(node.Input(0))?.Moved(node, value.Type, Value)) is { } integers)
                {
                    codes[output] = integers;
                    editor.SetWeight(output, integers.ToEncoding());
                }
                else editor.SetFolded(output, value);
                known[output] = value;
            }
        }
        if (!changed) return model;
        editor.RemoveUnused();
        return editor.Build();

        Tensor? Value(string name) => ValueOf(model, known, name);
    }

    private static Tensor[]? Fold(Model model, Node node, TypeInference inference, Readers readers, Dictionary<string, Tensor> known, Weights allowed)
    {
        if (node.Operator is ForeignOperator || !model.IsTyped(node)) return null;
        if (node.Outputs.All(o => Numbers(o, model, inference) is not null)) return [.. node.Outputs.Select(o => Numbers(o, model, inference)!)];
        if (node.Operator is DropoutTraining || !node.Outputs.All(o => o.Length == 0 || model.Types[o].Shape.IsFixed)) return null;
        string[] inputs = [.. node.Inputs.Where(i => i.Length > 0)];
        string[] weights = [.. inputs.Where(i => !known.ContainsKey(i))];
        if (!weights.All(w => model.Weights.GetValueOrDefault(w) is Dense)) return null;
        bool may = allowed == Weights.Computed || (allowed == Weights.Moved && OnlyMoves(node.Operator));
        // Scales are shared by what quantizes and what dequantizes; folding copies the integers once.
        bool quantizes = node.Operator is QuantizeLinear or DequantizeLinear;
        if (weights.Length > 0 && !(may && weights.All(w => quantizes || readers.Only(w) is not null))) return null;
        long into = inputs.Sum(i => Bytes(model.Types[i])), made = node.Outputs.Where(o => o.Length > 0).Sum(o => Bytes(model.Types[o]));
        bool staysIntegers = node.Operator is DequantizeLinear && KnownCodes.Of(node, n => ValueOf(model, known, n)) is not null;
        return !staysIntegers && made > Math.Max(into, LargestGrownBytes) ? null : Evaluate(model, node, known);
    }

    private static Tensor[] Evaluate(Model model, Node node, Dictionary<string, Tensor> known)
    {
        Tensor?[] inputs = [.. node.Inputs.Select(n => ValueOf(model, known, n))];
        Tensor[] outputs = [.. node.Outputs.Select(o => o.Length == 0 ? new Tensor(DType.U8, Shape.Of(0)) : new Tensor(model.Types[o].DType, model.Types[o].Shape))];
        node.Operator.Evaluate(inputs, outputs);
        return outputs;
    }

    private static Tensor? ValueOf(Model model, Dictionary<string, Tensor> known, string name) =>
        known.TryGetValue(name, out Tensor? value) ? value
        : model.Weights.GetValueOrDefault(name) is Dense weight ? Tensor.Of<float>(weight.Shape, weight.ToArray())
        : null;

    private static Tensor? Numbers(string output, Model model, TypeInference inference)
    {
        if (output.Length == 0 || !inference.Integers.TryGetValue(output, out ImmutableArray<Dim> values) || !values.All(v => v.IsKnown)) return null;
        TensorType type = model.Types[output];
        return type.Shape.IsFixed ? KnownValues.Integers(type, values.Map(v => v.Constant)) : null;
    }

    private static bool OnlyMoves(Operator op) => op is Reshape or Transpose or Flatten or Squeeze or Unsqueeze or Identity;

    private static long Bytes(TensorType type) => type.Shape.Elements * type.DType.Size();
}
