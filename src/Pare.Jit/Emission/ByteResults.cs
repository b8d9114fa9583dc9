using Pare.Operators;

namespace Pare.Jit.Emission;

/// <summary>Emits how sums become bytes: times factors, rounded half to even, moved by the zero point, in range.</summary>
/// <remarks>
/// The integers of <see cref="IntegerResult.Round"/> wherever |sum * factor| is below 2^31: packing to 16 bits saturates beyond any range of bytes,
/// the zero point is added with saturation, and packing to bytes saturates at the range of the type.
/// </remarks>
/// <param name="v">Takes the instructions.</param>
/// <param name="result">What is given.</param>
/// <param name="zero">A register for the zero point, lost.</param>
/// <param name="low">A register for the lower bound, lost.</param>
/// <param name="high">A register for the upper bound, lost.</param>
internal sealed class ByteResults(VectorAssembler v, IntegerResult result, int zero, int low, int high)
{
    private readonly bool _isSigned = result.Type == DType.I8;

    private bool IsMoved => result.Zero != 0;

    private bool HasLow => result.Low > (_isSigned ? sbyte.MinValue : byte.MinValue);

    private bool HasHigh => result.High < (_isSigned ? sbyte.MaxValue : byte.MaxValue);

    /// <summary>Loads what does not change; eax is lost.</summary>
    public void Begin()
    {
        if (IsMoved) v.Words(zero, result.Zero);
        if (HasLow) v.AllBytes(low, result.Low);
        if (HasHigh) v.AllBytes(high, result.High);
    }

    /// <summary>Packs one to four vectors of scaled sums: each 16 bytes of the first register hold four of each vector, in turn. All registers are lost.</summary>
    public void Pack(ReadOnlySpan<int> sums)
    {
        int bytes = sums[0], words = bytes;
        v.PackWords(bytes, bytes, sums[Math.Min(1, sums.Length - 1)]);
        if (IsMoved) v.AddWords(bytes, zero);
        if (sums.Length > 2)
        {
            words = sums[2];
            v.PackWords(words, words, sums[^1]);
            if (IsMoved) v.AddWords(words, zero);
        }
        v.PackBytes(bytes, bytes, words, _isSigned);
        if (HasLow) v.Larger(bytes, low, _isSigned);
        if (HasHigh) v.Smaller(bytes, high, _isSigned);
    }
}
