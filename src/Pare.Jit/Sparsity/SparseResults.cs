using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Pare.Operators;

namespace Pare.Jit.Sparsity;

/// <summary>Sums of 16 pixels and 16 output channels to bytes with channels last: the integers of <see cref="IntegerResult.Round"/> wherever |sum * factor| is below 2^31.</summary>
internal readonly unsafe struct SparseResults(IntegerResult result)
{
    /// <summary>Pixels, and output channels.</summary>
    public const int Size = 16;

    private readonly bool _isSigned = result.Type == DType.I8;
    private readonly short _zero = (short)result.Zero;
    private readonly byte _low = unchecked((byte)result.Low), _high = unchecked((byte)result.High);

    /// <summary>Computes [16 pixels][16 channels].</summary>
    /// <param name="sums">[16 channels][<paramref name="step"/>]: 16 pixels each.</param>
    /// <param name="step">Numbers between channels.</param>
    /// <param name="factors">One for each channel.</param>
    /// <param name="to">256 bytes.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int* sums, nint step, float* factors, byte* to)
    {
        if (!Avx512BW.IsSupported) throw new PlatformNotSupportedException();
        Vector512<int> a = Four(sums, step, factors), b = Four(sums + 4 * step, step, factors + 4);
        Vector512<int> c = Four(sums + 8 * step, step, factors + 8), d = Four(sums + 12 * step, step, factors + 12);
        // Lane i of what follows holds pixels 4 i to 4 i + 3.
        Vector512<long> lowA = Avx512F.UnpackLow(a, b).AsInt64(), lowC = Avx512F.UnpackLow(c, d).AsInt64();
        Vector512<long> highA = Avx512F.UnpackHigh(a, b).AsInt64(), highC = Avx512F.UnpackHigh(c, d).AsInt64();
        Place(to, Avx512F.UnpackLow(lowA, lowC).AsByte());
        Place(to + Size, Avx512F.UnpackHigh(lowA, lowC).AsByte());
        Place(to + 2 * Size, Avx512F.UnpackLow(highA, highC).AsByte());
        Place(to + 3 * Size, Avx512F.UnpackHigh(highA, highC).AsByte());
    }

    // One pixel of each four.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Place(byte* to, Vector512<byte> pixels)
    {
        Avx512F.ExtractVector128(pixels, 0).Store(to);
        Avx512F.ExtractVector128(pixels, 1).Store(to + 4 * Size);
        Avx512F.ExtractVector128(pixels, 2).Store(to + 8 * Size);
        Avx512F.ExtractVector128(pixels, 3).Store(to + 12 * Size);
    }

    // For each pixel the bytes of four channels.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<int> Four(int* sums, nint step, float* factors)
    {
        Vector512<short> zero = Vector512.Create(_zero);
        Vector512<short> low = Avx512BW.AddSaturate(Avx512BW.PackSignedSaturate(Scaled(sums, factors), Scaled(sums + step, factors + 1)), zero);
        Vector512<short> high = Avx512BW.AddSaturate(Avx512BW.PackSignedSaturate(Scaled(sums + 2 * step, factors + 2), Scaled(sums + 3 * step, factors + 3)), zero);
        Vector512<byte> bytes;
        if (_isSigned)
        {
            Vector512<sbyte> numbers = Avx512BW.PackSignedSaturate(low, high);
            bytes = Avx512BW.Min(Avx512BW.Max(numbers, Vector512.Create((sbyte)_low)), Vector512.Create((sbyte)_high)).AsByte();
        }
        else
        {
            bytes = Avx512BW.Min(Avx512BW.Max(Avx512BW.PackUnsignedSaturate(low, high), Vector512.Create(_low)), Vector512.Create(_high));
        }
        // Each 16 bytes hold four pixels of each channel in turn.
        Vector128<byte> turn = Vector128.Create((byte)0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
        return Avx512BW.Shuffle(bytes, Vector512.Create(Vector256.Create(turn, turn), Vector256.Create(turn, turn))).AsInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Scaled(int* sums, float* factor) =>
        Avx512F.ConvertToVector512Int32(Avx512F.ConvertToVector512Single(Vector512.Load(sums)) * Vector512.Create(*factor));
}
