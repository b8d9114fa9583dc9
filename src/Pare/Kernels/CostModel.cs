namespace Pare.Kernels;

/// <summary>Predicts times, to choose between kernels: only their order matters. The constants stand for a server core of 2023.</summary>
/// <remarks>Always for one thread: kernels that compete round differently, and a choice that followed the thread count would let results depend on it.</remarks>
internal static class CostModel
{
    private const double BytesPerSecond = 1e10;
    private const double LaunchSeconds = 1e-6;
    private const double SecondsPerWeight = 3.5e-10;   // a network's weights come from beyond the second cache, partly beside arithmetic
    private const double SecondsPerNearWeight = 4e-11; // but those of a small one stay in it
    private const long SmallNetwork = 120_000;         // weights: also where Winograd's larger form makes four of one, they fit a cache of 2 MB

    /// <summary>A product or convolution: bound by arithmetic, or by reading its operands once.</summary>
    public static double Product(double multiplyAdds, double floats, CpuFeatures cpu) =>
        LaunchSeconds + Math.Max(multiplyAdds / MultiplyAddsPerSecond(cpu), sizeof(float) * floats / BytesPerSecond);

    /// <summary>A convolution by its definition: arithmetic, or its pictures, and its weights, which few pixels may share.</summary>
    /// <param name="multiplyAdds">How many.</param>
    /// <param name="pictures">Numbers read and written.</param>
    /// <param name="weights">Numbers of weights.</param>
    /// <param name="query">The node: the processor, and how large its network is.</param>
    public static double Convolution(double multiplyAdds, double pictures, double weights, KernelQuery query) =>
        Product(multiplyAdds, pictures, query.Cpu) + weights * SecondsOfWeight(query);

    /// <summary>A convolution by one of Winograd's forms. Measured: bench/Pare.Benchmarks winograd.</summary>
    /// <param name="multiplyAdds">Of the products.</param>
    /// <param name="transformed">Numbers that its transforms read or write, each counted as often as a tile has rows.</param>
    /// <param name="weights">Numbers of transformed weights that come from memory.</param>
    /// <param name="pictures">Numbers read and written.</param>
    /// <param name="query">The node: the processor, and how large its network is.</param>
    public static double Winograd(double multiplyAdds, double transformed, double weights, double pictures, KernelQuery query)
    {
        double rate = MultiplyAddsPerSecond(query.Cpu), arithmetic = multiplyAdds / rate / 1.2 + transformed * 2.9e-11 * 6e10 / rate;
        return LaunchSeconds + Math.Max(arithmetic, sizeof(float) * pictures / BytesPerSecond) + weights * SecondsOfWeight(query);
    }

    /// <summary>Transforming weights for Winograd's forms in a run: bound by writing them to the second cache. Measured: pare bench --explain of ResNet-18 with weights of 4 bits.</summary>
    public static double WinogradWeights(double transformed, CpuFeatures cpu) => transformed * 1.6e-10 * 6e10 / MultiplyAddsPerSecond(cpu);

    /// <summary>A convolution whose weights are mostly zeros. Measured: bench/Pare.Benchmarks sparse 1 avx512 "" 0.5 0.3 0.2 0.1 0.05.</summary>
    /// <param name="vectors">Multiply-adds of vectors, those of lanes without a pixel counted.</param>
    /// <param name="inBlocks">Whether nonzeros are blocks of output channels, which share what they read.</param>
    /// <param name="rows">Rows of nonzeros, each time that a tile runs over one.</param>
    /// <param name="rowVectors">Vectors of sums that they read and write.</param>
    /// <param name="copies">Vectors that are copied to where tiles read them.</param>
    /// <param name="staged">Numbers that are transposed first.</param>
    /// <param name="results">Numbers that are transposed in the end.</param>
    /// <param name="nonzeros">Weights that come from memory.</param>
    /// <param name="query">The node: the processor, and how large its network is.</param>
    public static double Sparse(double vectors, bool inBlocks, double rows, double rowVectors, double copies, double staged, double results, double nonzeros, KernelQuery query)
    {
        double arithmetic = query.Cpu.HasVector512 ? 3.1e-10 : query.Cpu.HasAvx2 ? 3.1e-10 : query.Cpu.HasVector128 ? 4e-10 : 1.5e-9;
        return LaunchSeconds + vectors * arithmetic * (inBlocks ? 0.75 : 1) + rows * 5e-9 + rowVectors * 1e-9 + copies * 1.3e-9 + staged * 2.8e-10 + results * 3.3e-10
            + nonzeros * SecondsOfWeight(query);
    }

    /// <summary>A product of a few rows and a sparse matrix: bound by its nonzeros, values and indices.</summary>
    /// <remarks>In units of <see cref="Product(int, int, int, CpuFeatures)"/>, which counts weights as slow as pictures: a dense weight takes 0.15 ns, a nonzero 0.3; where a network stays near, 0.04 and 0.3.</remarks>
    /// <param name="nonzeros">How many.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="byQuads">Two of every four: read faster.</param>
    /// <param name="query">The node: the processor, and how large its network is.</param>
    public static double SparseRows(double nonzeros, int rows, bool byQuads, KernelQuery query) =>
        LaunchSeconds + nonzeros * rows * (!query.Cpu.HasAvx2 ? 2.5e-9 : query.NetworkWeights <= SmallNetwork ? 3e-9 : byQuads ? 5e-10 : 8e-10);

    /// <summary>A product of matrices [m, k] and [k, n].</summary>
    public static double Product(int m, int n, int k, CpuFeatures cpu) =>
        Product((double)m * n * k, (double)m * k + (double)k * n + (double)m * n, cpu);

    /// <summary>A convolution or product of integers.</summary>
    /// <param name="multiplyAdds">Multiply-adds, those of padded channels counted too.</param>
    /// <param name="bytes">Of pictures, weights, and what is staged.</param>
    /// <param name="ofBytes">Whether four bytes are multiplied at once; otherwise two integers of 16 bits.</param>
    /// <param name="cpu">What the processor may be used for.</param>
    public static double Integer(double multiplyAdds, double bytes, bool ofBytes, CpuFeatures cpu) =>
        LaunchSeconds + multiplyAdds / ((ofBytes ? 1.6 : 0.9) * MultiplyAddsPerSecond(cpu)) + bytes / BytesPerSecond;

    /// <summary>A layer of signs by planes of pixels. Measured: bench/Pare.Benchmarks binary.</summary>
    /// <param name="units">Times that 32 rows are added for a vector of pixels.</param>
    /// <param name="outputs">Output channels.</param>
    /// <param name="vectors">Vectors of pixels.</param>
    /// <param name="vectorBytes">Bytes of one.</param>
    /// <param name="isTernary">Whether an instruction has three operands.</param>
    /// <param name="results">Words or floats written.</param>
    public static double Planes(double units, double outputs, int vectors, int vectorBytes, bool isTernary, double results) =>
        LaunchSeconds + 1e-9 * (units * (vectors * 2 * NanosecondsOfRows(vectorBytes, isTernary) + (isTernary ? 4 : 14)) + 80 * outputs * vectors + results);

    /// <summary>A layer of signs by output channels. Measured: bench/Pare.Benchmarks binary.</summary>
    /// <param name="words">Words of 32 channels that pixels see: 16 rows are added for each.</param>
    /// <param name="lists">Times that a pixel's sums are read and written.</param>
    /// <param name="vectors">Vectors of output channels.</param>
    /// <param name="vectorBytes">Bytes of one.</param>
    /// <param name="isTernary">Whether an instruction has three operands.</param>
    /// <param name="results">Words or floats written.</param>
    /// <param name="bytes">Of the weights.</param>
    public static double Outputs(double words, double lists, int vectors, int vectorBytes, bool isTernary, double results, double bytes) =>
        LaunchSeconds + 1e-9 * (words * (vectors * NanosecondsOfRows(vectorBytes, isTernary) + 1.2) + 70 * lists * vectors + results) + bytes / BytesPerSecond;

    /// <summary>A layer of signs by words of each pixel: an instruction counts two of them.</summary>
    /// <param name="words">Words compared.</param>
    /// <param name="sums">Sums.</param>
    /// <param name="weights">Words of weights.</param>
    public static double Words(double words, double sums, double weights) => LaunchSeconds + 1e-9 * (0.3 * words + 3 * sums) + sizeof(uint) * weights / BytesPerSecond;

    /// <summary>A product with codes that become numbers in registers, for some rows at a time. Measured: bench/Pare.Benchmarks codes.</summary>
    /// <param name="rows">Rows of multiply-adds.</param>
    /// <param name="times">How often each code becomes a number.</param>
    /// <param name="weights">Numbers of the weight, those of padded columns counted.</param>
    /// <param name="bytes">Of the packed weight.</param>
    /// <param name="look">How a code becomes a number: "table", "gather" or "number".</param>
    /// <param name="cpu">What the processor may be used for.</param>
    public static double Codes(int rows, int times, double weights, double bytes, string look, CpuFeatures cpu) =>
        LaunchSeconds + Math.Max(weights * (rows / MultiplyAddsPerSecond(cpu) + times * SecondsOfCode(look, cpu)), bytes / BytesPerSecond);

    /// <summary>Turning packed codes into floats in a near cache, beside what is computed with these.</summary>
    /// <param name="weights">Numbers, each as often as it is decoded.</param>
    /// <param name="look">How a code becomes a number.</param>
    /// <param name="cpu">What the processor may be used for.</param>
    public static double Decoding(double weights, string look, CpuFeatures cpu) => weights * (1 / MultiplyAddsPerSecond(cpu) + SecondsOfCode(look, cpu));

    /// <summary>Work whose time is known beside what it reads and writes.</summary>
    /// <param name="seconds">Of the work.</param>
    /// <param name="bytes">Read and written.</param>
    /// <param name="launches">How often threads are called together.</param>
    public static double Work(double seconds, double bytes, int launches = 1) => launches * LaunchSeconds + seconds + bytes / BytesPerSecond;

    /// <summary>A loop that reads and writes so many numbers.</summary>
    /// <param name="floats">Numbers read and written.</param>
    /// <param name="nanoseconds">Time for each number beyond the memory's.</param>
    public static double Loop(double floats, double nanoseconds = 0) => LaunchSeconds + floats * (sizeof(float) / BytesPerSecond + nanoseconds * 1e-9);

    private static double SecondsOfCode(string look, CpuFeatures cpu) => look switch
    {
        "table" => cpu.HasVector512 ? 2.5e-11 : cpu.HasAvx2 ? 8e-11 : 8e-10,
        "number" => cpu.HasVector512 ? 4e-11 : cpu.HasAvx2 ? 7e-11 : cpu.HasVector128 ? 3e-10 : 2e-9,
        _ => cpu.HasVector512 ? 2.3e-10 : cpu.HasAvx2 ? 2e-10 : 8e-10,
    };

    private static double SecondsOfWeight(KernelQuery query) => query.NetworkWeights <= SmallNetwork ? SecondsPerNearWeight : SecondsPerWeight;

    private static double MultiplyAddsPerSecond(CpuFeatures cpu) => cpu.HasVector512 ? 6e10 : cpu.HasAvx2 ? 3e10 : cpu.HasVector128 ? 1.2e10 : 8e8;

    // 16 rows of bits, added.
    private static double NanosecondsOfRows(int vectorBytes, bool isTernary) => isTernary ? (vectorBytes == 64 ? 8.3 : 5.7) : vectorBytes == sizeof(ulong) ? 26 : 13;
}
