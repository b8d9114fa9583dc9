namespace Pare.Operators;

/// <summary>The integers that an integer operator gives: y stands for (y - Zero) times a scale that whoever reads it knows.</summary>
/// <param name="Type">U8 or I8.</param>
/// <param name="Zero">The integer that stands for 0, in the range of the type.</param>
/// <param name="Low">The least integer given: that of the type, or more where a rectifier or clip is part of the operator.</param>
/// <param name="High">The greatest integer given.</param>
internal readonly record struct IntegerResult(DType Type, int Zero, int Low, int High)
{
    /// <summary>The whole range of a type.</summary>
    public static IntegerResult Of(DType type, int zero)
    {
        (long least, long most) = Quantization.Range(type);
        return new(type, zero, (int)least, (int)most);
    }

    /// <summary>A number in units of the result, rounded half to even, moved by the zero point, and kept in range.</summary>
    public int Round(float units) => (int)MathF.Round(Math.Clamp(units, Low - Zero, High - Zero), MidpointRounding.ToEven) + Zero;

    /// <summary>An integer in units of the result, moved by the zero point, and kept in range.</summary>
    public int Saturate(long units) => (int)Math.Clamp(units + Zero, Low, High);
}
