namespace Pare.Formats.Onnx;

/// <summary>How ONNX files hold quantized weights and layers.</summary>
public enum QuantizedForm
{
    /// <summary>Integers behind DequantizeLinear; layers compute with floats between QuantizeLinear and DequantizeLinear, which engines fuse.</summary>
    Qdq,
    /// <summary>Layers whose input, weight and output are quantized as QLinearConv and QLinearMatMul (8 bits only), everything else as <see cref="Qdq"/>.</summary>
    QOperator,
    /// <summary>Weights decoded to plain floats: the largest file, for tools that know no quantization.</summary>
    Floats,
}
