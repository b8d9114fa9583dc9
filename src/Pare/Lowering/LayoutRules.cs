using Pare.Operators;

namespace Pare.Lowering;

/// <summary>Puts a node into a region of images with channels last. False where it cannot; then it adds nothing.</summary>
internal delegate bool LayoutRule(LayoutScope s, Node node);

/// <summary>How operators join a region of images with channels last; one that has no rule ends it.</summary>
internal static partial class LayoutRules
{
    /// <summary>True where a node makes it worth to begin a region.</summary>
    public static bool Begins(Model model, Node node) => Main(node.Operator) switch
    {
        Conv or GlobalAveragePoolGradient or AveragePoolGradient => model.Types[node.Inputs[0]] is { DType: DType.F32, Shape.Rank: 4 },
        IntegerConv or BinaryConv => model.Types[node.Inputs[0]].Shape.Rank == 4,
        // Moved as floats, so that what is quantized lies as the convolution reads it.
        QuantizeLinear => model.Types[node.Inputs[0]].Shape.Rank == 4 && model.Nodes.Any(n => n.Operator is IntegerConv && n.Inputs[0] == node.Outputs[0]),
        Binarize => model.Types[node.Inputs[0]].Shape.Rank == 4 && model.Nodes.Any(n => n.Operator is BinaryConv && n.Inputs[0] == node.Outputs[0]),
        _ => false,
    };

    /// <summary>The rule for an operator, or null.</summary>
    public static LayoutRule? Of(Operator op) => Main(op) switch
    {
        Conv or IntegerConv or BinaryConv => Convolution,
        MaxPool or AveragePool or GlobalAveragePool or IntegerAveragePool or GlobalMaxPool or BatchNormalization or LocalResponseNormalization or Resize
            or Binarize { Axis: 1 } => Image,
        Unary or Clip or IntegerTable or FakeQuantize => Same,
        QuantizeLinear or DequantizeLinear => Scaled,
        Binary or Variadic or IntegerAdd or IntegerMultiply => Broadcasting,
        Concat => Joined,
        Split => Parted,
        Slice => Cut,
        Pad => Padded,
        Softmax => Softened,
        Reduction => Reduced,
        Transpose => Turned,
        Reshape or Flatten => Reshaped,
        ConvInputGradient or ConvWeightGradient or BatchNormTraining or BatchNormTrainingGradient
            or MaxPoolGradient or AveragePoolGradient or GlobalAveragePoolGradient => Gradient,
        UnaryGradient or ClipGradient or FakeQuantizeGradient => SameGradient,
        SliceGradient => CutGradient,
        PadGradient => PaddedGradient,
        _ => null,
    };

    private static Operator Main(Operator op) => op is Fused fused ? fused.Main : op;

    private static bool IsImage(LayoutScope s, string value) => s.Model.Types[value] is { DType: DType.F32 or DType.U8 or DType.I8 or DType.U32, Shape.Rank: 4 };

    private static bool Convolution(LayoutScope s, Node node)
    {
        if (!IsImage(s, node.Inputs[0])) return false;
        int residual = node.Operator is Fused { Residual: true } fused ? fused.MainInputs : -1;
        s.Add(node, new ChannelsLast(node.Operator, residual < 0 ? 1 : 1UL | 1UL << residual),
            [.. node.Inputs.Select((n, i) => i == 0 || i == residual ? s.Last(n) : n.Length == 0 ? n : s.First(n))], [s.Result(node.Outputs[0])]);
        return true;
    }

    // Input 0 and output 0 are images, the others vectors; results beyond the first are not asked for.
    private static bool Image(LayoutScope s, Node node)
    {
        if (!IsImage(s, node.Inputs[0]) || node.Outputs.Skip(1).Any(o => o.Length > 0)) return false;
        s.Add(node, new ChannelsLast(node.Operator), [s.Last(node.Inputs[0]), .. node.Inputs.Skip(1).Select(n => n.Length == 0 ? n : s.First(n))], [s.Result(node.Outputs[0])]);
        return true;
    }

    // Element by element, so that the layout does not matter; inputs beyond the first are scalars.
    private static bool Same(LayoutScope s, Node node)
    {
        if (!IsImage(s, node.Inputs[0])) return false;
        s.Add(node, node.Operator, [s.Last(node.Inputs[0]), .. node.Inputs.Skip(1)], [s.Result(node.Outputs[0])]);
        return true;
    }

    // One scale and zero point for all elements.
    private static bool Scaled(LayoutScope s, Node node) => node.Inputs.Skip(1).All(n => n.Length == 0 || Quantization.IsOne(s.ShapeOf(n))) && Same(s, node);

    private static bool Broadcasting(LayoutScope s, Node node)
    {
        if (!IsImage(s, node.Outputs[0])) return false;
        foreach (string input in node.Inputs)
            if (s.IsComputed(input) ? s.ShapeOf(input).Rank != 4 : s.Model.Types[input] is not { DType: DType.F32, Shape.Rank: <= 4 }) return false;
        s.Add(node, node.Operator, [.. node.Inputs.Select(n => s.IsComputed(n) ? s.Last(n) : s.Moved(n, 4)!)], [s.Result(node.Outputs[0])]);
        return true;
    }

    private static bool Joined(LayoutScope s, Node node)
    {
        if (!node.Inputs.All(n => s.IsComputed(n) && IsImage(s, n))) return false;
        int axis = s.ShapeOf(node.Inputs[0]).Axis(((Concat)node.Operator).Axis);
        s.Add(node, new Concat(ChannelsLast.ToLast(4).IndexOf(axis)), [.. node.Inputs.Select(s.Last)], [s.Result(node.Outputs[0])]);
        return true;
    }
}
