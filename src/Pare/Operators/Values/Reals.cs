namespace Pare.Operators;

/// <summary>The elements of an F32 or F64 tensor, read and written as doubles: scalar definitions compute in double and round once.</summary>
internal readonly ref struct Reals
{
    private readonly Span<float> _singles;
    private readonly Span<double> _doubles;
    private readonly bool _double;

    /// <exception cref="UnsupportedException">The tensor holds something else.</exception>
    public Reals(Tensor tensor)
    {
        _double = tensor.DType == DType.F64;
        if (_double) _doubles = tensor.As<double>();
        else if (tensor.DType == DType.F32) _singles = tensor.Floats;
        else throw new UnsupportedException($"A tensor of {tensor.DType} is computed with as real numbers; F32 and F64 are supported.");
    }

    public int Length => _double ? _doubles.Length : _singles.Length;

    public double this[int index]
    {
        get => _double ? _doubles[index] : _singles[index];
        set
        {
            if (_double) _doubles[index] = value;
            else _singles[index] = (float)value;
        }
    }

    public void Set(ReadOnlySpan<double> values)
    {
        for (int i = 0; i < values.Length; i++) this[i] = values[i];
    }

    public double[] ToArray()
    {
        var copy = new double[Length];
        for (int i = 0; i < copy.Length; i++) copy[i] = this[i];
        return copy;
    }

    public static bool Holds(DType type) => type is DType.F32 or DType.F64;
}
