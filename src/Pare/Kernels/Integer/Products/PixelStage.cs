using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Pare.Kernels.Integer.Products;

/// <summary>Copies rows of a picture of bytes to memory where kernels read them: with padding around, as unsigned or signed bytes or as integers of 16 bits less their zero point.</summary>
/// <param name="isSigned">The picture is I8, otherwise U8.</param>
/// <param name="zero">Its zero point.</param>
/// <param name="widens">To 16 bits.</param>
/// <param name="toSigned">To signed bytes, where it does not widen.</param>
internal readonly unsafe struct PixelStage(bool isSigned, int zero, bool widens, bool toSigned = false)
{
    private readonly byte _flip = (byte)(isSigned == (toSigned && !widens) ? 0 : 0x80);

    /// <summary>Bytes of a number once it is copied.</summary>
    public int NumberBytes => widens ? sizeof(short) : 1;

    /// <summary>What the zero point is once it is copied: I8 becomes U8 by adding 128, and U8 becomes I8 by subtracting it.</summary>
    public int Zero => widens ? 0 : isSigned == toSigned ? zero : isSigned ? zero + 128 : zero - 128;

    /// <summary>Copies a run of numbers.</summary>
    public void Copy(byte* from, byte* to, int count)
    {
        if (widens) Widen(from, (short*)to, count);
        else if (_flip == 0) Unsafe.CopyBlockUnaligned(to, from, (uint)count);
        else Flip(from, to, count);
    }

    /// <summary>Writes padding.</summary>
    public void Fill(byte* to, int count)
    {
        if (count > 0) Unsafe.InitBlockUnaligned(to, (byte)Zero, (uint)(count * NumberBytes));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Flip(byte* from, byte* to, int count)
    {
        int i = 0;
        Vector256<byte> flip = Vector256.Create((byte)0x80);
        for (; i <= count - Vector256<byte>.Count; i += Vector256<byte>.Count)
            (Vector256.Load(from + i) ^ flip).Store(to + i);
        for (; i <= count - sizeof(ulong); i += sizeof(ulong))
            *(ulong*)(to + i) = *(ulong*)(from + i) ^ 0x8080_8080_8080_8080ul;
        for (; i < count; i++)
            to[i] = (byte)(from[i] ^ 0x80);
    }

    // The sign's flip makes both types unsigned; what it adds to I8 leaves with the zero point.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Widen(byte* from, short* to, int count)
    {
        int i = 0, less = isSigned ? zero + 128 : zero;
        Vector128<byte> flip = Vector128.Create(_flip);
        Vector128<short> zeros = Vector128.Create((short)less);
        for (; i <= count - Vector128<byte>.Count; i += Vector128<byte>.Count)
        {
            (Vector128<ushort> low, Vector128<ushort> high) = Vector128.Widen(Vector128.Load(from + i) ^ flip);
            (low.AsInt16() - zeros).Store(to + i);
            (high.AsInt16() - zeros).Store(to + i + Vector128<short>.Count);
        }
        for (; i < count; i++)
            to[i] = (short)((byte)(from[i] ^ _flip) - less);
    }
}
