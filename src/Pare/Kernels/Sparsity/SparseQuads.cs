using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Pare.Kernels.Products;

namespace Pare.Kernels.Sparsity;

/// <summary>Nonzeros of 16 outputs of which each has at most two for every four inputs in a row: which two, takes two bits each.</summary>
/// <remarks>Stored for each eight quads of inputs as [16] places, two bits for each of an output's 16 numbers, and [quad][first, second][16] values: 2.1 bytes for a weight that would take 4.</remarks>
internal static unsafe class SparseQuads
{
    /// <summary>Inputs of a quad.</summary>
    public const int Length = 4;

    private const int Lanes = 16;
    private const int Together = 8;                                          // quads
    private const int BlockFloats = Lanes + Together * 2 * Lanes;
    private const int Ahead = 8 * BlockFloats;                               // numbers
    private const int Line = 16;

    /// <summary>Bytes of a group with so many inputs.</summary>
    public static int BytesOf(int inputs) => BlocksOf(inputs) * BlockFloats * sizeof(float);

    /// <summary>Whether each row has at most two numbers in every four.</summary>
    /// <param name="positions">Ascending positions of all numbers.</param>
    /// <param name="length">Numbers of a row.</param>
    public static bool Fit(ReadOnlySpan<int> positions, int length)
    {
        (int row, int start, long quad, int count) = (0, 0, -1, 0);
        foreach (int position in positions)
        {
            if (position - start >= length)
            {
                row = position / length;
                start = row * length;
            }
            long found = (long)row * length + (position - start) / Length;
            count = found == quad ? count + 1 : 1;
            if (count > 2) return false;
            quad = found;
        }
        return true;
    }

    /// <summary>Packs a group.</summary>
    /// <param name="nonzeros">All of them.</param>
    /// <param name="starts">Where those of each output begin in the order.</param>
    /// <param name="order">The order, by output, then ascending inputs.</param>
    /// <param name="outputs">Up to 16 outputs.</param>
    /// <param name="inputs">Inputs of an output.</param>
    /// <param name="to">Where they go; aligned to a cache line.</param>
    public static void Pack(Nonzeros nonzeros, int[] starts, int[] order, ReadOnlySpan<int> outputs, int inputs, byte* to)
    {
        new Span<byte>(to, BytesOf(inputs)).Clear();
        for (int lane = 0; lane < outputs.Length; lane++)
        {
            int last = -1, number = 0;
            for (int i = starts[outputs[lane]]; i < starts[outputs[lane] + 1]; i++)
            {
                (int quad, int place) = Math.DivRem((int)nonzeros.Inputs[order[i]], Length);
                number = quad == last ? number + 1 : 0;
                if (number > 1) throw new InvalidOperationException($"Output {outputs[lane]} has more than two numbers among four inputs.");
                last = quad;
                (int block, int within) = Math.DivRem(quad, Together);
                float* start = (float*)to + (nint)block * BlockFloats;
                int index = 2 * within + number;
                ((uint*)start)[lane] |= (uint)place << (2 * index);
                start[Lanes + index * Lanes + lane] = nonzeros.Values[order[i]];
            }
        }
    }

    /// <summary>sums[lane] += the group's nonzeros times x, which has zeros behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(float* x, byte* numbers, int inputs, float* sums)
    {
        if (!Avx512F.IsSupported)
            throw new PlatformNotSupportedException();
        Vector512<float> first = Vector512.Load(sums), second = Vector512<float>.Zero;
        float* block = (float*)numbers;
        for (float* end = block + (nint)BlocksOf(inputs) * BlockFloats; block < end; block += BlockFloats, x += Together * Length)
        {
            Vector512<int> places = Vector512.Load((int*)block);
            float* values = block + Lanes;
            for (int quad = 0; quad < Together; quad++, values += 2 * Lanes)
            {
                Sse.Prefetch0(values + Ahead);
                Sse.Prefetch0(values + Ahead + Line);
                Vector512<float> four = Avx512F.BroadcastVector128ToVector512(x + quad * Length);
                first = Avx512F.FusedMultiplyAdd(Vector512.Load(values), Avx512F.PermuteVar4x32(four, places), first);
                second = Avx512F.FusedMultiplyAdd(Vector512.Load(values + Lanes), Avx512F.PermuteVar4x32(four, Vector512.ShiftRightLogical(places, 2)), second);
                places = Vector512.ShiftRightLogical(places, 4);
            }
        }
        (first + second).Store(sums);
    }

    private static int BlocksOf(int inputs) => Blocks.CeilDiv(inputs, Together * Length);
}
