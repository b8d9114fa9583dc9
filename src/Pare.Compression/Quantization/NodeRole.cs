using Pare.Operators;

namespace Pare.Compression.Quantization;

/// <summary>What a node means to quantization.</summary>
internal enum NodeRole
{
    /// <summary>Stays in floats.</summary>
    Float,
    /// <summary>A convolution or product.</summary>
    Layer,
    /// <summary>Computes numbers in a scale of their own: sums, products, averages, functions.</summary>
    Computes,
    /// <summary>Cuts off below or above; belongs to the node before it where it can.</summary>
    Rectifier,
    /// <summary>Moves numbers, and joins them: results have the scale of the inputs.</summary>
    Moves,
}

/// <summary>Which role an operator has.</summary>
internal static class NodeRoles
{
    /// <summary>The role of a node whose first input is a computed float.</summary>
    public static NodeRole Of(Model model, Node node) => node.Operator switch
    {
        Conv or ConvTranspose or Gemm => model.Weights.ContainsKey(node.Inputs[1]) ? NodeRole.Layer : NodeRole.Float,
        MatMul => NodeRole.Layer,
        AveragePool or GlobalAveragePool => NodeRole.Computes,
        Reduction { Name: "ReduceMean" } => NodeRole.Computes,
        Binary { Name: "Add" or "Sub" or "Mul" } => NodeRole.Computes,
        Variadic { Name: "Sum" } => NodeRole.Computes,
        Unary { Name: "Relu" } => NodeRole.Rectifier,
        Clip => node.Inputs.Skip(1).All(i => i.Length == 0 || model.Constants.ContainsKey(i)) ? NodeRole.Rectifier : NodeRole.Float,
        Unary { Name: "Sigmoid" or "Tanh" or "HardSigmoid" or "HardSwish" or "LeakyRelu" or "Elu" or "Selu" or "Celu" or "Gelu" or "Mish" or "Swish" or "Softplus" or "Softsign" or "ThresholdedRelu" } => NodeRole.Computes,
        MaxPool => node.Outputs.Skip(1).All(o => o.Length == 0) ? NodeRole.Moves : NodeRole.Float,
        Pad => PadsWithZero(model, node) ? NodeRole.Moves : NodeRole.Float,
        Resize { Mode: Interpolation.Nearest } => NodeRole.Moves,
        GlobalMaxPool or Reshape or Flatten or Transpose or Slice or Split or Squeeze or Unsqueeze or Identity or DepthToSpace or SpaceToDepth
            or Expand or Tile or Gather or Concat => NodeRole.Moves,
        _ => NodeRole.Float,
    };

    /// <summary>True where a rectifier behind the node is computed with it.</summary>
    public static bool TakesRectifier(Node node) => node.Operator is Conv or ConvTranspose or Gemm or MatMul or Binary or Variadic;

    /// <summary>The inputs that may be quantized activations; the others are weights, biases, shapes.</summary>
    public static IEnumerable<string> Operands(Node node) => node.Operator switch
    {
        Conv or ConvTranspose or Gemm => node.Inputs.Take(1),
        MatMul or Binary => node.Inputs.Take(2),
        Variadic or Concat => node.Inputs,
        _ => node.Inputs.Take(1),
    };

    private static bool PadsWithZero(Model model, Node node)
    {
        if (((Pad)node.Operator).Mode != PadMode.Constant || node.Input(2).Length == 0) return true;
        return model.Constants.TryGetValue(node.Input(2), out Tensor? value) && value.DType == DType.F32 && value.Floats[0] == 0;
    }
}
