namespace Pare.Operators;

/// <summary>
/// Numbers that are +1 or -1, packed along one axis: bit i % 32 of word i / 32 is 1 for +1. Bits beyond the last number are 0.
/// Lowered operators hand them on as U32, [N, C, H, W] as [N, ceil(C / 32), H, W].
/// </summary>
internal static class Signs
{
    /// <summary>Bits of a word.</summary>
    public const int WordBits = 32;

    /// <summary>Words that so many numbers take.</summary>
    public static int Words(int numbers) => (numbers + WordBits - 1) / WordBits;

    /// <summary>Packs numbers along an axis: those that are at least 0 are +1, all others -1.</summary>
    public static void Pack(Tensor numbers, int axis, Tensor packed)
    {
        AxisSlices from = AxisSlices.Of(numbers.Shape, axis), to = AxisSlices.Of(packed.Shape, axis);
        var x = new Reals(numbers);
        Span<uint> words = packed.As<uint>();
        words.Clear();
        for (int i = 0; i < x.Length; i++)
        {
            (int outer, int rest) = Math.DivRem(i, from.Length * from.Inner);
            (int index, int inner) = Math.DivRem(rest, from.Inner);
            if (x[i] >= 0) words[(outer * to.Length + index / WordBits) * to.Inner + inner] |= 1u << (index % WordBits);
        }
    }

    /// <summary>The numbers, row-major.</summary>
    /// <param name="packed">What <see cref="Pack"/> wrote.</param>
    /// <param name="axis">The packed axis.</param>
    /// <param name="count">How many numbers lie along it.</param>
    public static double[] Unpack(Tensor packed, int axis, int count)
    {
        AxisSlices from = AxisSlices.Of(packed.Shape, axis);
        ReadOnlySpan<uint> words = packed.As<uint>();
        var numbers = new double[from.Outer * count * from.Inner];
        for (int i = 0; i < numbers.Length; i++)
        {
            (int outer, int rest) = Math.DivRem(i, count * from.Inner);
            (int index, int inner) = Math.DivRem(rest, from.Inner);
            numbers[i] = (words[(outer * from.Length + index / WordBits) * from.Inner + inner] >> (index % WordBits) & 1) * 2.0 - 1;
        }
        return numbers;
    }
}
