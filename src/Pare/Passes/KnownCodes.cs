using Pare.Encodings;
using Pare.Operators;

namespace Pare.Passes;

/// <summary>Known integers that a DequantizeLinear turns into floats: they fold into a weight that keeps them, not into floats.</summary>
/// <param name="Codes">The integers.</param>
/// <param name="Zeros">Zero points: none, one, or one for each place of the axis.</param>
/// <param name="Scales">One scale, or one for each place of the axis.</param>
/// <param name="Axis">The axis of the scales.</param>
internal sealed record KnownCodes(Tensor Codes, Tensor? Zeros, Tensor Scales, int Axis)
{
    /// <summary>What a node dequantizes, or null: a bias of 32 bits, blocks, and numbers without an axis become floats.</summary>
    public static KnownCodes? Of(Node node, Func<string, Tensor?> known)
    {
        if (node.Operator is not DequantizeLinear { Block: 0 } op || known(node.Inputs[0]) is not { } codes || known(node.Inputs[1]) is not { } scales) return null;
        if (codes.DType is not (DType.U8 or DType.I8 or DType.U16 or DType.I16) || codes.Shape.Rank == 0) return null;
        Tensor? zeros = known(node.Input(2));
        if (node.Input(2).Length > 0 && zeros is null) return null;
        return new KnownCodes(codes, zeros, scales, Quantization.IsOne(scales.Shape) ? Scaled.WholeWeight : codes.Shape.Axis(op.Axis));
    }

    /// <summary>The same behind a node that moves axes; null where the scales would not belong to one axis any more.</summary>
    public KnownCodes? Moved(Node node, TensorType to, Func<string, Tensor?> known)
    {
        if (node.Operator is not (Transpose or Reshape or Flatten or Squeeze or Unsqueeze or Identity)) return null;
        if (Axis != Scaled.WholeWeight && node.Operator is not (Transpose or Identity)) return null;
        var moved = new Tensor(Codes.DType, to.Shape);
        node.Operator.Evaluate([Codes, .. node.Inputs.Skip(1).Select(n => known(n))], [moved]);
        return this with { Codes = moved, Axis = Axis >= 0 && node.Operator is Transpose turn ? turn.OrderOf(Codes.Shape.Rank).IndexOf(Axis) : Axis };
    }

    /// <summary>The weight: decoded, it is what DequantizeLinear gives.</summary>
    public WeightEncoding ToEncoding()
    {
        bool isSigned = Codes.DType is DType.I8 or DType.I16;
        int bits = 8 * Codes.DType.Size();
        long[] zeros = Zeros?.ToInt64s() ?? [0];
        int[] codes = [.. Codes.ToInt64s().Select(c => (int)c)];
        if (zeros.Distinct().Count() > 1)
        {
            // The differences take one bit more.
            if (bits == 16) return new Dense(Codes.Shape, Floats());
            codes = [.. Quantization.LessZero(Codes, Zeros, Axis).Select(c => (int)c)];
            (zeros, bits, isSigned) = ([0], 16, true);
        }
        return new Scaled(Axis, new Dense(Shape.Of(Scales.Length), Scales.Floats.ToArray()), Integer.Of(Codes.Shape, bits, codes, (int)zeros[0], isSigned));
    }

    private float[] Floats()
    {
        var floats = new Tensor(DType.F32, Codes.Shape);
        new DequantizeLinear { Axis = Axis }.Evaluate([Codes, Scales, Zeros], [floats]);
        return floats.Floats.ToArray();
    }
}
