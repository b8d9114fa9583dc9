using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Pare.Kernels.Products;

namespace Pare.Kernels.Sparsity;

/// <summary>Nonzeros of 16 outputs in steps, at most one of each output, whose inputs lie within 64 of each other: x comes out of four registers, not out of memory.</summary>
/// <remarks>
/// A step holds the window's begin (16 bits, in vectors), 16 values and 16 places within the window (8 bits); an output that has none there has the value 0.
/// At 10 % a fifth of the places is empty, so a nonzero takes 6.5 bytes, and 0.2 ns where a gather of x takes 0.3. Stored as [step] begins, up to a cache line,
/// then for each four steps [4][16] values and [4][16] places: one stream for the memory.
/// </remarks>
internal static unsafe class SparseWindows
{
    /// <summary>Numbers of a window.</summary>
    public const int Length = 64;

    /// <summary>Bytes that a nonzero may take: with more, gathers are better.</summary>
    public const double MostBytes = 6.9;

    private const int Lanes = 16;
    private const int Line = 64;
    private const int Together = 4;      // steps
    private const int BlockBytes = Together * Lanes * (sizeof(float) + 1);
    private const int Ahead = 24 * BlockBytes;   // some 300 ns: farther than any cache

    /// <summary>Bytes of so many steps.</summary>
    public static int BytesOf(int steps) => Blocks.RoundUp(steps * sizeof(ushort), Line) + steps / Together * BlockBytes;

    /// <summary>Packs a group, where that takes few enough bytes.</summary>
    /// <param name="nonzeros">All of them.</param>
    /// <param name="starts">Where those of each output begin in the order.</param>
    /// <param name="order">The order, by output, then ascending inputs.</param>
    /// <param name="outputs">Up to 16 outputs.</param>
    /// <param name="to">Where they go; aligned to a cache line.</param>
    /// <param name="steps">How many steps they take.</param>
    public static bool Pack(Nonzeros nonzeros, int[] starts, int[] order, ReadOnlySpan<int> outputs, byte* to, out int steps)
    {
        Span<int> next = stackalloc int[Lanes], last = stackalloc int[Lanes];
        int count = 0;
        for (int lane = 0; lane < outputs.Length; lane++) count += starts[outputs[lane] + 1] - starts[outputs[lane]];
        int most = (int)((count * MostBytes - Line) / (Lanes * (sizeof(float) + 1) + sizeof(ushort))) / Together * Together;
        Begin(starts, outputs, next, last);
        for (steps = 0; steps < most && Window(nonzeros, order, next, last) is { } begin; steps++)
            for (int lane = 0; lane < outputs.Length; lane++)
                if (IsWithin(nonzeros, order, next[lane], last[lane], begin)) next[lane]++;
        if (steps == 0 || Window(nonzeros, order, next, last) is not null) return false;
        steps = Blocks.RoundUp(steps, Together);
        ushort* begins = (ushort*)to;
        byte* blocks = to + Blocks.RoundUp(steps * sizeof(ushort), Line);
        new Span<byte>(to, BytesOf(steps)).Clear();
        Begin(starts, outputs, next, last);
        for (int step = 0; Window(nonzeros, order, next, last) is { } begin; step++)
        {
            begins[step] = (ushort)(begin / Lanes);
            byte* block = blocks + step / Together * BlockBytes;
            int place = step % Together * Lanes;
            for (int lane = 0; lane < outputs.Length; lane++)
            {
                if (!IsWithin(nonzeros, order, next[lane], last[lane], begin)) continue;
                int index = order[next[lane]++];
                ((float*)block)[place + lane] = nonzeros.Values[index];
                block[Together * Lanes * sizeof(float) + place + lane] = (byte)(nonzeros.Inputs[index] - begin);
            }
        }
        return true;
    }

    /// <summary>sums[lane] += the group's nonzeros times x, which has a window of zeros behind it and is aligned to a cache line.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(float* x, byte* numbers, int steps, float* sums)
    {
        if (!Avx512F.IsSupported)
            throw new PlatformNotSupportedException();
        ushort* begins = (ushort*)numbers;
        byte* block = numbers + Blocks.RoundUp(steps * sizeof(ushort), Line);
        Vector512<float> sum = Vector512.Load(sums);
        for (ushort* end = begins + steps; begins < end; begins += Together, block += BlockBytes)
        {
            for (int line = 0; line < BlockBytes; line += Line) Sse.Prefetch1(block + Ahead + line);
            float* values = (float*)block;
            byte* places = block + Together * Lanes * sizeof(float);
            sum = Avx512F.FusedMultiplyAdd(Vector512.Load(values), Pick(x + (nint)begins[0] * Lanes, places), sum);
            sum = Avx512F.FusedMultiplyAdd(Vector512.Load(values + Lanes), Pick(x + (nint)begins[1] * Lanes, places + Lanes), sum);
            sum = Avx512F.FusedMultiplyAdd(Vector512.Load(values + 2 * Lanes), Pick(x + (nint)begins[2] * Lanes, places + 2 * Lanes), sum);
            sum = Avx512F.FusedMultiplyAdd(Vector512.Load(values + 3 * Lanes), Pick(x + (nint)begins[3] * Lanes, places + 3 * Lanes), sum);
        }
        sum.Store(sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Pick(float* window, byte* places)
    {
        if (!Avx512F.IsSupported)
            throw new PlatformNotSupportedException();
        Vector512<int> place = Avx512F.ConvertToVector512Int32(Vector128.Load(places));
        Vector512<float> low = Avx512F.PermuteVar16x32x2(Vector512.Load(window), place, Vector512.Load(window + Lanes));
        Vector512<float> high = Avx512F.PermuteVar16x32x2(Vector512.Load(window + 2 * Lanes), place, Vector512.Load(window + 3 * Lanes));
        return Vector512.ConditionalSelect(Vector512.LessThan(place, Vector512.Create(Length / 2)).AsSingle(), low, high);
    }

    private static void Begin(int[] starts, ReadOnlySpan<int> outputs, Span<int> next, Span<int> last)
    {
        next.Clear();
        last.Clear();
        for (int lane = 0; lane < outputs.Length; lane++) (next[lane], last[lane]) = (starts[outputs[lane]], starts[outputs[lane] + 1]);
    }

    // Where the window of the next step begins: at the first input that an output still needs; null where none needs one.
    private static int? Window(Nonzeros nonzeros, int[] order, ReadOnlySpan<int> next, ReadOnlySpan<int> last)
    {
        int least = int.MaxValue;
        for (int lane = 0; lane < next.Length; lane++)
            if (next[lane] < last[lane]) least = Math.Min(least, nonzeros.Inputs[order[next[lane]]]);
        return least == int.MaxValue ? null : least & -Lanes;
    }

    private static bool IsWithin(Nonzeros nonzeros, int[] order, int next, int last, int begin) => next < last && nonzeros.Inputs[order[next]] < begin + Length;
}
