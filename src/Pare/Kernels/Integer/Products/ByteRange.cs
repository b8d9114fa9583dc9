using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Pare.Operators;

namespace Pare.Kernels.Integer.Products;

/// <summary>What <see cref="IntegerResult.Round"/> needs, for vectors: y = convert(min(max(units, Low), High)) + Zero, each step one instruction.</summary>
internal readonly unsafe struct ByteRange(IntegerResult result)
{
    /// <summary>The least result, in units.</summary>
    public readonly float Low = result.Low - result.Zero;

    /// <summary>The greatest result, in units.</summary>
    public readonly float High = result.High - result.Zero;

    /// <summary>The zero point.</summary>
    public readonly int Zero = result.Zero;

    /// <summary>One number: the definition.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte Round(float units) => unchecked((byte)((int)MathF.Round(Math.Clamp(units, Low, High), MidpointRounding.ToEven) + Zero));

    /// <summary>16 numbers in the low bytes of lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<int> Round(Vector512<float> units)
    {
        Vector512<float> clamped = Avx512F.Min(Avx512F.Max(units, Vector512.Create(Low)), Vector512.Create(High));
        return Avx512F.ConvertToVector512Int32(clamped) + Vector512.Create(Zero);
    }

    /// <summary>8 numbers in the low bytes of lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<int> Round(Vector256<float> units)
    {
        Vector256<float> clamped = Avx.Min(Avx.Max(units, Vector256.Create(Low)), Vector256.Create(High));
        return Avx.ConvertToVector256Int32(clamped) + Vector256.Create(Zero);
    }

    /// <summary>4 numbers in the low bytes of lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector128<int> Round(Vector128<float> units)
    {
        Vector128<float> low = Vector128.Create(Low), high = Vector128.Create(High);
        Vector128<float> raised = Vector128.ConditionalSelect(Vector128.LessThan(units, low), low, units);
        Vector128<float> clamped = Vector128.ConditionalSelect(Vector128.GreaterThan(raised, high), high, raised);
        Vector128<int> whole = Sse2.IsSupported ? Sse2.ConvertToVector128Int32(clamped) : Vector128.ConvertToInt32(Vector128.Round(clamped));
        return whole + Vector128.Create(Zero);
    }

    /// <summary>Writes the low bytes of all lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* to, Vector512<int> values) => Avx512F.ConvertToVector128Byte(values).Store(to);

    /// <summary>Writes the low bytes of all lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* to, Vector256<int> values)
    {
        // Byte 0 of each lane: four bytes in each half, side by side after the exchange.
        Vector256<byte> low = Avx2.Shuffle(values.AsByte(), Vector256.Create(0x80808080_0C080400ul, ~0ul, 0x80808080_0C080400ul, ~0ul).AsByte());
        Vector128<int> both = Sse2.UnpackLow(low.GetLower().AsInt32(), low.GetUpper().AsInt32());
        *(ulong*)to = both.AsUInt64().ToScalar();
    }

    /// <summary>Writes the low bytes of all lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* to, Vector128<int> values)
    {
        Vector128<byte> bytes = Vector128.Shuffle(values.AsByte(), Vector128.Create((byte)0, 4, 8, 12, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16));
        *(uint*)to = bytes.AsUInt32().ToScalar();
    }
}
