namespace Pare.Kernels;

/// <summary>Predicts times, to choose between kernels: only their order matters. The constants stand for a server core of 2023.</summary>
internal static class CostModel
{
    private const double BytesPerSecond = 1e10;
    private const double LaunchSeconds = 1e-6;

    /// <summary>A product or convolution: bound by arithmetic, or by reading its operands once.</summary>
    public static double Product(double multiplyAdds, double floats, CpuFeatures cpu, int threads)
    {
        double rate = cpu.HasVector512 ? 6e10 : cpu.HasAvx2 ? 3e10 : cpu.HasVector128 ? 1.2e10 : 8e8;
        return LaunchSeconds + Math.Max(multiplyAdds / rate / threads, sizeof(float) * floats / BytesPerSecond);
    }

    /// <summary>A convolution by one of Winograd's forms.</summary>
    /// <param name="multiplyAdds">Of the products.</param>
    /// <param name="moved">Numbers that its transforms read and write.</param>
    /// <param name="weights">Numbers of transformed weights that are read.</param>
    /// <param name="cpu">What the processor may be used for.</param>
    /// <param name="threads">Threads.</param>
    public static double Winograd(double multiplyAdds, double moved, double weights, CpuFeatures cpu, int threads) =>
        Product(multiplyAdds, 0, cpu, threads) + moved * 4e-11 / threads + weights * 0;

    /// <summary>A product of matrices [m, k] and [k, n].</summary>
    public static double Product(int m, int n, int k, CpuFeatures cpu, int threads) =>
        Product((double)m * n * k, (double)m * k + (double)k * n + (double)m * n, cpu, threads);

    /// <summary>A loop that reads and writes so many numbers.</summary>
    /// <param name="floats">Numbers read and written.</param>
    /// <param name="nanoseconds">Time for each number beyond the memory's.</param>
    public static double Loop(double floats, double nanoseconds = 0) => LaunchSeconds + floats * (sizeof(float) / BytesPerSecond + nanoseconds * 1e-9);
}
