using System.Runtime.InteropServices;
using Google.Protobuf;
using Pare.Encodings;
using Pare.Formats.Onnx.Wire;

namespace Pare.Formats.Onnx;

/// <summary>A weight as a file holds it: integers, scales, and a zero point, which a DequantizeLinear puts together.</summary>
/// <param name="Codes">The integers, without a name.</param>
/// <param name="Scales">The scales, of the shape that DequantizeLinear wants: a scalar for the whole weight.</param>
/// <param name="Zero">The zero point of all; null where the file says none.</param>
/// <param name="Axis">The axis of the scales, or <see cref="Scaled.WholeWeight"/>.</param>
/// <param name="Block">Numbers along the axis that share a scale; 0: no blocks.</param>
/// <param name="Kept">What the file reads as.</param>
internal sealed record StoredWeight(TensorProto Codes, Tensor Scales, int? Zero, int Axis, int Block, WeightEncoding Kept)
{
    /// <summary>The first opset with DequantizeLinear.</summary>
    private const int Quantized = 10;

    /// <summary>The opset that brought a scale for each channel.</summary>
    private const int Channels = 13;

    /// <summary>The opset that brought 4 and 16 bits, and blocks.</summary>
    private const int Narrow = 21;

    /// <summary>Bytes of integers and scales.</summary>
    public long Bytes => Codes.RawData.Length + Scales.ByteLength;

    /// <summary>The first opset that can say it.</summary>
    public int Opset => Block > 0 || Codes.DataType is ElementType.Int4 or ElementType.UInt4 || ElementType.Find(Codes.DataType) is DType.I16 or DType.U16 ? Narrow
        : Axis != Scaled.WholeWeight ? Channels : Quantized;

    /// <summary>The weight as integers; null where it is not made of integers, or where the opset cannot say them.</summary>
    /// <param name="weight">The weight.</param>
    /// <param name="opset">The newest opset possible.</param>
    public static StoredWeight? Of(WeightEncoding weight, int opset)
    {
        if (weight is Dense || opset < Quantized) return null;
        Scaled? scaled = weight as Scaled;
        if (scaled?.Inner is not Integer || !Array.TrueForAll(scaled.Scales.ToArray(), s => s > 0 && float.IsFinite(s)))
            scaled = QuantizedWeight.Of(weight) is { } quantized ? quantized.ToEncoding(quantized.FitsI8 ? quantized.Bits : 16) : null;
        if (scaled is not { Inner: Integer integer } || (opset < Channels && scaled.Axis != Scaled.WholeWeight) || (opset < Narrow && scaled.Block > 0)) return null;
        int bits = integer.Codes.Bits switch { <= 4 when opset >= Narrow => 4, <= 8 => 8, _ => 16 };
        if (bits == 16 && opset < Narrow) return null;
        integer = Widened(integer, bits);
        float[] scales = scaled.Scales.ToArray();
        var kept = new Scaled(scaled.Axis, new Dense(scaled.Scales.Shape, scales), integer, scaled.Block);
        Shape shape = scaled.Axis == Scaled.WholeWeight ? Shape.Scalar : scaled.Scales.Shape;
        return new StoredWeight(new NarrowTensor(weight.Shape, integer.Codes, integer.IsSigned).ToProto(), Tensor.Of<float>(shape, scales), integer.ZeroPoint, scaled.Axis, scaled.Block, kept);
    }

    /// <summary>A bias of a layer whose input and weight are quantized: 32 bits in the scale of their product, without a zero point.</summary>
    /// <param name="bias">The bias, one number for each channel.</param>
    /// <param name="input">The input's scale.</param>
    /// <param name="weight">The weight's scales: one, or one for each channel.</param>
    /// <returns>Null where a number does not fit into 32 bits.</returns>
    public static StoredWeight? OfBias(Dense bias, float input, ReadOnlySpan<float> weight)
    {
        var scales = new float[weight.Length];
        for (int c = 0; c < scales.Length; c++)
        {
            scales[c] = input * weight[c];
            if (!float.IsNormal(scales[c])) return null;
        }
        var codes = new int[bias.Length];
        var values = new float[bias.Length];
        for (int c = 0; c < codes.Length; c++)
        {
            float scale = scales[scales.Length == 1 ? 0 : c], code = MathF.Round(bias.Values[c] / scale, MidpointRounding.ToEven);
            if (!(MathF.Abs(code) < int.MaxValue)) return null;
            codes[c] = (int)code;
            values[c] = (float)codes[c] * scale;
        }
        TensorProto proto = TensorFormatter.Header(DType.I32, bias.Shape, null);
        proto.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(codes.AsSpan()));
        bool isOne = weight.Length == 1 && bias.Length != 1;
        return new StoredWeight(proto, Tensor.Of<float>(isOne ? Shape.Scalar : Shape.Of(scales.Length), scales), null, isOne ? Scaled.WholeWeight : 0, 0, new Dense(bias.Shape, values));
    }

    private static Integer Widened(Integer integer, int bits)
    {
        if (integer.Codes.Bits == bits) return integer;
        var patterns = new ushort[integer.Length];
        integer.Codes.Unpack(0, patterns);
        int shift = integer.IsSigned ? 32 - integer.Codes.Bits : 0, mask = (1 << bits) - 1;
        for (int i = 0; i < patterns.Length; i++) patterns[i] = (ushort)((patterns[i] << shift >> shift) & mask);
        return new Integer(integer.Shape, Pare.Codes.Pack(bits, patterns), integer.ZeroPoint, integer.IsSigned);
    }
}
