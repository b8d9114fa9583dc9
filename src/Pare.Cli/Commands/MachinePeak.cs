using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Pare.Cli.Commands;

/// <summary>The most that this machine does, measured: what speeds are compared with.</summary>
/// <param name="MacsPerSecond">Multiply-accumulates of F32 in the widest vectors, all operands in registers, all threads together.</param>
/// <param name="BytesPerSecond">Bytes read and written by a copy of 64 MiB, all threads together.</param>
/// <remarks>The roofline of Williams, Waterman and Patterson, CACM 2009: nothing is faster than the lower of arithmetic and memory.</remarks>
internal sealed record MachinePeak(double MacsPerSecond, double BytesPerSecond)
{
    private const int Chains = 12; // two units with a latency of four to five cycles are busy with 8 to 10
    private const int Links = 400_000, ScalarLinks = 100_000, CopiedFloats = 16 << 20, Attempts = 5;

    /// <summary>Measures for some 50 ms, most of it to get fresh memory.</summary>
    public static MachinePeak Measure(CpuFeatures cpu, int threads, TimeProvider time)
    {
        int links = cpu.HasVector128 ? Links : ScalarLinks;
        int lanes = cpu.HasVector512 ? Vector512<float>.Count : cpu.HasAvx2 ? Vector256<float>.Count : cpu.HasVector128 ? Vector128<float>.Count : 1;
        Func<int, float> chain = cpu.HasVector512 ? Chain512 : cpu.HasAvx2 ? Chain256 : cpu.HasVector128 ? Chain128 : ChainScalar;
        double arithmetic = Best(threads, time, _ => chain(links));
        float[] from = new float[CopiedFloats], to = new float[CopiedFloats];
        int share = CopiedFloats / threads;
        double copy = Best(threads, time, i => CopyPart(from, to, i * share, share));
        return new MachinePeak((double)links * Chains * lanes * threads / arithmetic, 2.0 * sizeof(float) * share * threads / copy);
    }

    // Seconds until the last of the threads is done: the best of some attempts, of which the first compiles and touches memory.
    private static double Best(int threads, TimeProvider time, Func<int, float> work)
    {
        double best = double.PositiveInfinity;
        using var line = new Barrier(threads);
        var helpers = new Thread[threads - 1];
        for (int i = 0; i < helpers.Length; i++)
        {
            int index = i + 1;
            helpers[i] = new Thread(() => Attempt(index)) { IsBackground = true };
            helpers[i].Start();
        }
        Attempt(0);
        foreach (Thread helper in helpers) helper.Join();
        return best;

        void Attempt(int index)
        {
            for (int i = 0; i < Attempts; i++)
            {
                line.SignalAndWait();
                long start = time.GetTimestamp();
                Keep(work(index));
                line.SignalAndWait();
                if (index == 0) best = Math.Min(best, time.GetElapsedTime(start).TotalSeconds);
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Keep(float value) => _ = value;

    private static float CopyPart(float[] from, float[] to, int start, int count)
    {
        from.AsSpan(start, count).CopyTo(to.AsSpan(start, count));
        return to[start];
    }

    // Each link of a chain waits for the one before it; the chains do not wait for each other. 0.5 x + 0.5 stays near 1.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Chain512(int links)
    {
        Vector512<float> h = Vector512.Create(0.5f), a = h, b = h, c = h, d = h, e = h, f = h, g = h, i = h, j = h, k = h, l = h, m = h;
        for (int n = 0; n < links; n++)
        {
            (a, b, c) = (Vector512.FusedMultiplyAdd(a, h, h), Vector512.FusedMultiplyAdd(b, h, h), Vector512.FusedMultiplyAdd(c, h, h));
            (d, e, f) = (Vector512.FusedMultiplyAdd(d, h, h), Vector512.FusedMultiplyAdd(e, h, h), Vector512.FusedMultiplyAdd(f, h, h));
            (g, i, j) = (Vector512.FusedMultiplyAdd(g, h, h), Vector512.FusedMultiplyAdd(i, h, h), Vector512.FusedMultiplyAdd(j, h, h));
            (k, l, m) = (Vector512.FusedMultiplyAdd(k, h, h), Vector512.FusedMultiplyAdd(l, h, h), Vector512.FusedMultiplyAdd(m, h, h));
        }
        return Vector512.Sum(a + b + c + d + e + f + g + i + j + k + l + m);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Chain256(int links)
    {
        Vector256<float> h = Vector256.Create(0.5f), a = h, b = h, c = h, d = h, e = h, f = h, g = h, i = h, j = h, k = h, l = h, m = h;
        for (int n = 0; n < links; n++)
        {
            (a, b, c) = (Vector256.FusedMultiplyAdd(a, h, h), Vector256.FusedMultiplyAdd(b, h, h), Vector256.FusedMultiplyAdd(c, h, h));
            (d, e, f) = (Vector256.FusedMultiplyAdd(d, h, h), Vector256.FusedMultiplyAdd(e, h, h), Vector256.FusedMultiplyAdd(f, h, h));
            (g, i, j) = (Vector256.FusedMultiplyAdd(g, h, h), Vector256.FusedMultiplyAdd(i, h, h), Vector256.FusedMultiplyAdd(j, h, h));
            (k, l, m) = (Vector256.FusedMultiplyAdd(k, h, h), Vector256.FusedMultiplyAdd(l, h, h), Vector256.FusedMultiplyAdd(m, h, h));
        }
        return Vector256.Sum(a + b + c + d + e + f + g + i + j + k + l + m);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Chain128(int links)
    {
        Vector128<float> h = Vector128.Create(0.5f), a = h, b = h, c = h, d = h, e = h, f = h, g = h, i = h, j = h, k = h, l = h, m = h;
        for (int n = 0; n < links; n++)
        {
            (a, b, c) = (Vector128.MultiplyAddEstimate(a, h, h), Vector128.MultiplyAddEstimate(b, h, h), Vector128.MultiplyAddEstimate(c, h, h));
            (d, e, f) = (Vector128.MultiplyAddEstimate(d, h, h), Vector128.MultiplyAddEstimate(e, h, h), Vector128.MultiplyAddEstimate(f, h, h));
            (g, i, j) = (Vector128.MultiplyAddEstimate(g, h, h), Vector128.MultiplyAddEstimate(i, h, h), Vector128.MultiplyAddEstimate(j, h, h));
            (k, l, m) = (Vector128.MultiplyAddEstimate(k, h, h), Vector128.MultiplyAddEstimate(l, h, h), Vector128.MultiplyAddEstimate(m, h, h));
        }
        return Vector128.Sum(a + b + c + d + e + f + g + i + j + k + l + m);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float ChainScalar(int links)
    {
        float h = 0.5f, a = h, b = h, c = h, d = h, e = h, f = h, g = h, i = h, j = h, k = h, l = h, m = h;
        for (int n = 0; n < links; n++)
        {
            (a, b, c, d, e, f) = (a * h + h, b * h + h, c * h + h, d * h + h, e * h + h, f * h + h);
            (g, i, j, k, l, m) = (g * h + h, i * h + h, j * h + h, k * h + h, l * h + h, m * h + h);
        }
        return a + b + c + d + e + f + g + i + j + k + l + m;
    }
}
