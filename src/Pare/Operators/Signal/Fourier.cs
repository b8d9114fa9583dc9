using System.Numerics;

namespace Pare.Operators;

/// <summary>The discrete Fourier transform of any length: split by its smallest factor, again and again (Cooley, Tukey, 1965).</summary>
internal static class Fourier
{
    /// <summary>y[k] = sum over n of x[n] exp(-2 pi j k n / N); the inverse has the other sign and is divided by N.</summary>
    public static Complex[] Transform(Complex[] x, bool inverse)
    {
        Complex[] roots = [.. Enumerable.Range(0, x.Length).Select(i => Complex.FromPolarCoordinates(1, (inverse ? 2 : -2) * Math.PI * i / x.Length))];
        Complex[] y = Part(x, 0, 1, x.Length, roots);
        if (inverse)
            for (int i = 0; i < y.Length; i++) y[i] /= y.Length;
        return y;
    }

    // The transform of x[start], x[start + step], ... (count of them). Of f interleaved parts, each transformed by itself,
    // y[k] = sum over p of parts[p][k mod (count / f)] times root^(p k).
    private static Complex[] Part(Complex[] x, int start, int step, int count, Complex[] roots)
    {
        if (count <= 1) return count == 0 ? [] : [x[start]];
        int factor = 2;
        while (count % factor != 0) factor = factor * factor > count ? count : factor + 1;
        int length = count / factor, stride = roots.Length / count;
        Complex[][] parts = [.. Enumerable.Range(0, factor).Select(p => Part(x, start + p * step, step * factor, length, roots))];
        var y = new Complex[count];
        for (int k = 0; k < count; k++)
            for (int p = 0; p < factor; p++) y[k] += parts[p][k % length] * roots[(int)((long)p * k % count) * stride];
        return y;
    }
}
