using System.Runtime.CompilerServices;
using Pare.Kernels.Vectors;

namespace Pare.Kernels.Convolutions.Last.Winograd;

/// <summary>Weights in vectors, to be transformed: G w G' of each lane.</summary>
internal unsafe struct WinogradTaps
{
    /// <summary>[9], so far apart, [<see cref="Count"/>]: the weights by kernel position.</summary>
    public float* Taps;

    /// <summary>Numbers between two kernel positions.</summary>
    public nint TapStep;

    /// <summary>Numbers of a kernel position, a multiple of a vector's.</summary>
    public int Count;

    /// <summary>[plane][<see cref="Count"/>].</summary>
    public float* Planes;

    /// <summary>Numbers between two planes.</summary>
    public nint PlaneStep;

    /// <summary>What the first row of G holds first; its other numbers are 0.</summary>
    public float First;

    /// <summary>How many pairs of rows of G follow: (a, b, c) and (a, -b, c). Its last row is (0, 0, 1).</summary>
    public int Pairs;

    /// <summary>a of the first pair.</summary>
    public float A0;

    /// <summary>b of the first pair.</summary>
    public float B0;

    /// <summary>c of the first pair.</summary>
    public float C0;

    /// <summary>a of the second pair.</summary>
    public float A1;

    /// <summary>b of the second pair.</summary>
    public float B1;

    /// <summary>c of the second pair.</summary>
    public float C1;
}

/// <summary>The transform of weights that a run decodes, in fp32: rows of G for opposite points share their even and their odd part.</summary>
internal static unsafe class WinogradWeights<TOps, TVector> where TOps : struct, IVectorOps<TVector> where TVector : unmanaged
{
    private const int MostSpan = 6, MostLanes = 16;

    /// <summary>Transforms all numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(in WinogradTaps t)
    {
        TOps.Require();
        int lanes = TOps.Lanes, span = 2 + 2 * t.Pairs;
        nint count = t.Count, step = t.PlaneStep, tap = t.TapStep;
        float* work = stackalloc float[MostSpan * 3 * MostLanes];
        TVector first = TOps.Create(t.First), a0 = TOps.Create(t.A0), b0 = TOps.Create(t.B0), c0 = TOps.Create(t.C0);
        TVector a1 = TOps.Create(t.A1), b1 = TOps.Create(t.B1), c1 = TOps.Create(t.C1);
        for (nint n = 0; n < count; n += lanes)
        {
            float* w = t.Taps + n;
            for (int k = 0; k < 3; k++, w += tap)
            {
                // Column k of G w: rows lie three vectors apart.
                TVector x = TOps.Load(w), y = TOps.Load(w + 3 * tap), z = TOps.Load(w + 6 * tap);
                float* to = work + k * lanes;
                TOps.Store(to, TOps.Multiply(first, x));
                TVector even = TOps.MultiplyAdd(c0, z, TOps.Multiply(a0, x)), odd = TOps.Multiply(b0, y);
                TOps.Store(to + 3 * lanes, TOps.Add(even, odd));
                TOps.Store(to + 6 * lanes, TOps.Subtract(even, odd));
                if (t.Pairs > 1)
                {
                    even = TOps.MultiplyAdd(c1, z, TOps.Multiply(a1, x));
                    odd = TOps.Multiply(b1, y);
                    TOps.Store(to + 9 * lanes, TOps.Add(even, odd));
                    TOps.Store(to + 12 * lanes, TOps.Subtract(even, odd));
                }
                TOps.Store(to + 3 * (span - 1) * lanes, z);
            }
            float* plane = t.Planes + n;
            float* row = work;
            for (int i = 0; i < span; i++, row += 3 * lanes)
            {
                TVector x = TOps.Load(row), y = TOps.Load(row + lanes), z = TOps.Load(row + 2 * lanes);
                TOps.Store(plane, TOps.Multiply(first, x)); plane += step;
                TVector even = TOps.MultiplyAdd(c0, z, TOps.Multiply(a0, x)), odd = TOps.Multiply(b0, y);
                TOps.Store(plane, TOps.Add(even, odd)); plane += step;
                TOps.Store(plane, TOps.Subtract(even, odd)); plane += step;
                if (t.Pairs > 1)
                {
                    even = TOps.MultiplyAdd(c1, z, TOps.Multiply(a1, x));
                    odd = TOps.Multiply(b1, y);
                    TOps.Store(plane, TOps.Add(even, odd)); plane += step;
                    TOps.Store(plane, TOps.Subtract(even, odd)); plane += step;
                }
                TOps.Store(plane, z); plane += step;
            }
        }
    }
}
