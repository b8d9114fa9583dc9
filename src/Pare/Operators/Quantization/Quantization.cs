namespace Pare.Operators;

/// <summary>What the quantization operators share: ranges, rounding, and which scale an element has.</summary>
internal static class Quantization
{
    /// <summary>Rounds half to even, adds the zero point, and stays in the range of the type.</summary>
    // The sum is exact: both are below 2^31 once clamped.
    public static long Quantize(float x, float scale, long zero, DType type) => Saturate(MathF.Round(x / scale, MidpointRounding.ToEven), zero, type);

    /// <summary>An integer sum in the scale of the result: round(sum * factor) + zero, half to even.</summary>
    public static long Requantize(long sum, float factor, long zero, DType type) => Saturate(MathF.Round(sum * factor, MidpointRounding.ToEven), zero, type);

    /// <summary>Least and greatest value of a type.</summary>
    public static (long Least, long Most) Range(DType type) => type switch
    {
        DType.U8 => (byte.MinValue, byte.MaxValue),
        DType.I8 => (sbyte.MinValue, sbyte.MaxValue),
        DType.U16 => (ushort.MinValue, ushort.MaxValue),
        DType.I16 => (short.MinValue, short.MaxValue),
        DType.I32 => (int.MinValue, int.MaxValue),
        _ => throw new UnsupportedException($"Quantizing to {type} is not supported; U8, I8, U16, I16 and I32 are."),
    };

    /// <summary>The elements less their zero points, as exact doubles; zero points are one, or one for each place of an axis.</summary>
    public static double[] LessZero(Tensor x, Tensor? zeros, int axis)
    {
        var from = new Wholes(x);
        var result = new double[x.Length];
        int inner = zeros is null || zeros.Length == 1 ? Math.Max(1, x.Length) : AxisSlices.Of(x.Shape, axis).Inner;
        for (int i = 0; i < result.Length; i++) result[i] = from[i] - (zeros is null ? 0 : new Wholes(zeros)[i / inner % zeros.Length]);
        return result;
    }

    /// <summary>The elements less one zero point, as exact doubles.</summary>
    public static double[] Less(Tensor x, int zero)
    {
        var from = new Wholes(x);
        var result = new double[x.Length];
        for (int i = 0; i < result.Length; i++) result[i] = from[i] - zero;
        return result;
    }

    /// <summary>Checks scales and zero points of an input: one, one for each place of an axis, or, where a block is given, one for each block along it.</summary>
    public static void CheckScales(InferScope s, int input, int scale, int zero, int axis, int block)
    {
        Shape x = s.Shape(input), scales = s.Shape(scale);
        if (s.Has(zero) && s.Shape(zero).Elements() is { } zeros && scales.Elements() is { } count && zeros != count)
            throw s.Fail($"it has {count} scales and {zeros} zero points; they must be as many.");
        if (block == 0)
        {
            if (IsOne(scales)) return;
            int at = s.Axis(axis, x.Rank);
            if (scales.Rank != 1 || !scales[0].Agrees(x[at])) throw s.Fail($"the scales are {scales}, axis {at} of the input {x} has {x[at]} places; one scale, or as many, are needed.");
            return;
        }
        int blocked = s.Axis(axis, x.Rank);
        bool fits = scales.Rank == x.Rank;
        for (int a = 0; fits && a < x.Rank; a++)
            fits = a != blocked ? scales[a].Agrees(x[a]) : !x[a].IsKnown || !scales[a].IsKnown || scales[a].Constant == (x[a].Constant + block - 1) / block;
        if (!fits) throw s.Fail($"the scales are {scales}, the input is {x}; one scale for each block of {block} along axis {blocked} is needed.");
    }

    /// <summary>For each element of a shape the place of its scale.</summary>
    public static Func<int, int> ScaleOf(Shape x, Shape scales, int axis, int block)
    {
        if (IsOne(scales) && block == 0) return _ => 0;
        axis = x.Axis(axis);
        AxisSlices slices = AxisSlices.Of(x, axis);
        if (block == 0) return i => i / slices.Inner % slices.Length;
        int blocks = scales.Fixed[axis];
        return i => (i / (slices.Inner * slices.Length) * blocks + i / slices.Inner % slices.Length / block) * slices.Inner + i % slices.Inner;
    }

    /// <summary>A scale or zero point of a tensor as a whole.</summary>
    public static bool IsOne(Shape shape) => shape.Rank == 0 || (shape.Rank == 1 && shape[0] == 1);

    private static long? Elements(this Shape shape) => shape.IsFixed ? shape.Elements : null;

    private static long Saturate(float rounded, long zero, DType type)
    {
        (long least, long most) = Range(type);
        if (float.IsNaN(rounded)) return zero;
        return Math.Clamp((long)Math.Clamp(rounded, -1e10f, 1e10f) + zero, least, most);
    }
}
