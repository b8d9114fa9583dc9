namespace Pare.Encodings;

/// <summary>A weight as integers and scales, w = s * code.</summary>
// Stands in for the class of this name on branch qonnx, with the same members.
internal sealed class QuantizedWeight
{
    private QuantizedWeight(Shape shape, short[] codes, int axis, float[] scales) => (Shape, Codes, Axis, Scales) = (shape, codes, axis, scales);

    /// <summary>Shape of the weight.</summary>
    public Shape Shape { get; }

    /// <summary>The integers less their zero point, row-major.</summary>
    public short[] Codes { get; }

    /// <summary>The axis of the scales, or <see cref="Scaled.WholeWeight"/>.</summary>
    public int Axis { get; }

    /// <summary>How many numbers along the axis share a scale; 0: no blocks.</summary>
    public int Block => 0;

    /// <summary>Positive finite scales.</summary>
    public float[] Scales { get; }

    /// <summary>True where every code is a signed byte.</summary>
    public bool FitsI8 => Array.TrueForAll(Codes, c => c is >= sbyte.MinValue and <= sbyte.MaxValue);

    /// <summary>The integers and scales of a weight; null where it is not made of integers, or not exactly.</summary>
    public static QuantizedWeight? Of(WeightEncoding weight)
    {
        if (weight is not Scaled { Inner: Integer inner } scaled) return null;
        float[] codes = inner.ToArray(), scales = scaled.Scales.ToArray();
        if (Array.Exists(codes, c => c is < short.MinValue or > short.MaxValue) || Array.Exists(scales, s => !(s > 0) || !float.IsFinite(s))) return null;
        return new QuantizedWeight(weight.Shape, Array.ConvertAll(codes, c => (short)c), scaled.Axis, scales);
    }

    /// <summary>The codes as signed bytes.</summary>
    public sbyte[] ToI8() => Array.ConvertAll(Codes, c => (sbyte)c);
}
