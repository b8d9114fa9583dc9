namespace Pare.Operators;

/// <summary>
/// How sums of integer products become results. The constant that holds the factors says which convention it is: F32 [1] or [channels] is
/// ONNX's, I32 [2, 1] or [2, channels] TensorFlow Lite's, the multipliers in the first row, the shifts in the second.
/// </summary>
/// <remarks>docs/integer-arithmetic.md states both. Sums fit in 32 bits: a plan refuses a layer whose sums might not.</remarks>
internal readonly ref struct Requantization
{
    private readonly ReadOnlySpan<float> _factors;
    private readonly ReadOnlySpan<int> _multipliers, _shifts;
    private readonly IntegerResult _result;

    public Requantization(Tensor factors, IntegerResult result)
    {
        _result = result;
        if (factors.DType == DType.F32) _factors = factors.Floats;
        else
        {
            Span<int> rows = factors.As<int>();
            _multipliers = rows[..(rows.Length / 2)];
            _shifts = rows[(rows.Length / 2)..];
        }
    }

    /// <summary>Checks the input that holds the factors.</summary>
    public static void Check(InferScope s, int factors, Dim channels)
    {
        s.Holds(factors, DType.F32, DType.I32);
        Shape shape = s.Shape(factors);
        bool isFloat = s.Type(factors).DType == DType.F32;
        if (shape.Rank != (isFloat ? 1 : 2) || (!isFloat && shape[0] != 2) || (shape[^1] != 1 && !shape[^1].Agrees(channels)))
            throw s.Fail($"the factors are {s.Type(factors)}; one, or one for each of the {channels} channels, is needed.");
    }

    /// <summary>The result of a sum.</summary>
    public int this[int sum, int channel] => _multipliers.IsEmpty
        ? _result.Round(sum * _factors[_factors.Length == 1 ? 0 : channel])
        : _result.Saturate(Scale(sum, _multipliers[_multipliers.Length == 1 ? 0 : channel], _shifts[_shifts.Length == 1 ? 0 : channel]));

    /// <summary>TensorFlow Lite's product of an integer with multiplier / 2^31 * 2^shift, rounded twice: the doubled high half of the product, half away from 0 upwards, then the shift, half away from 0.</summary>
    public static int Scale(int value, int multiplier, int shift)
    {
        long left = (long)value << Math.Max(shift, 0);
        int x = (int)Math.Clamp(left, int.MinValue, int.MaxValue), right = Math.Max(-shift, 0);
        if (x == int.MinValue && multiplier == int.MinValue) return int.MaxValue >> right;
        long product = (long)x * multiplier;
        int high = (int)((product + (product >= 0 ? 1L << 30 : 1 - (1L << 30))) / (1L << 31));
        int mask = (int)((1L << right) - 1), remainder = high & mask, half = (mask >> 1) + (high < 0 ? 1 : 0);
        return (high >> right) + (remainder > half ? 1 : 0);
    }

    /// <summary>The nearest multiplier and shift to a positive factor.</summary>
    public static (int Multiplier, int Shift) Split(double factor)
    {
        if (factor == 0) return (0, 0);
        int shift = Math.ILogB(factor) + 1;
        long multiplier = (long)Math.Round(Math.ScaleB(factor, 31 - shift), MidpointRounding.AwayFromZero);
        if (multiplier == 1L << 31) (multiplier, shift) = (multiplier / 2, shift + 1);
        return shift < -31 ? (0, 0) : ((int)multiplier, shift);
    }
}
