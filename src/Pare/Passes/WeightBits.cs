using System.Runtime.InteropServices;

namespace Pare.Passes;

/// <summary>Compares weights bit by bit.</summary>
internal static class WeightBits
{
    private const int Piece = 1 << 14;

    /// <summary>True where two weights of one shape decode to the same bits.</summary>
    public static bool Equal(WeightEncoding a, WeightEncoding b)
    {
        if (a is Dense x && b is Dense y) return MemoryMarshal.AsBytes(x.Values).SequenceEqual(MemoryMarshal.AsBytes(y.Values));
        float[] left = new float[Math.Min(Piece, a.Length)], right = new float[left.Length];
        for (int start = 0; start < a.Length; start += Piece)
        {
            int count = Math.Min(Piece, a.Length - start);
            a.Decode(start, left.AsSpan(0, count));
            b.Decode(start, right.AsSpan(0, count));
            if (!MemoryMarshal.AsBytes(left.AsSpan(0, count)).SequenceEqual(MemoryMarshal.AsBytes(right.AsSpan(0, count)))) return false;
        }
        return true;
    }
}
