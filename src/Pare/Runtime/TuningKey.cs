using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Pare.Runtime;

/// <summary>Names what the times of kernels depend on: processor, options, the node but for its names and numbers, and the kernels that were measured.</summary>
internal static class TuningKey
{
    private const int BrandLeaf = unchecked((int)0x80000002), BrandLeaves = 3;

    /// <summary>The build of Pare and the runtime: kernels of another build have other times.</summary>
    public static string Build { get; } = $"{typeof(TuningKey).Module.ModuleVersionId:N} on .NET {Environment.Version}";

    /// <summary>The processor's own name, "Intel(R) Xeon(R) Processor"; its architecture where it does not say.</summary>
    public static string Processor { get; } = Brand();

    /// <summary>The key of a node.</summary>
    /// <param name="ways">The kernels that could run it.</param>
    /// <param name="evictedBytes">Bytes that other nodes take through the caches between two runs.</param>
    /// <param name="options">Of the plan.</param>
    public static string Of(ImmutableArray<KernelWay> ways, long evictedBytes, PlanOptions options)
    {
        // Records print numbers as the culture of the thread does.
        CultureInfo culture = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            Kernels.KernelQuery query = ways[0].Query;
            IEnumerable<string> inputs = query.Inputs.Select((type, i) => type is null ? "-"
                : query.Weights[i] is { } weight ? $"{weight} {type}" : query.Constants[i] is null ? $"{type}" : $"constant {type}");
            return $"{Processor}, {options.Cpu.Describe()}, {options.Threads} threads, denormals {(options.FlushDenormals ? "flushed" : "kept")}, {evictedBytes >> 20} MiB between: "
                + $"{query.Node.Operator} of {string.Join(", ", inputs)} to {string.Join(", ", query.Outputs)} by {string.Join(", ", ways.Select(w => w.Name))}";
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    private static string Brand()
    {
        if (!X86Base.IsSupported || X86Base.CpuId(unchecked((int)0x80000000), 0).Eax is >= 0 or < BrandLeaf + BrandLeaves - 1)
            return RuntimeInformation.ProcessArchitecture.ToString();
        Span<int> words = stackalloc int[4 * BrandLeaves];
        for (int i = 0; i < BrandLeaves; i++)
            (words[4 * i], words[4 * i + 1], words[4 * i + 2], words[4 * i + 3]) = X86Base.CpuId(BrandLeaf + i, 0);
        return string.Concat(MemoryMarshal.AsBytes(words).ToArray().TakeWhile(b => b != 0).Select(b => b is >= (byte)' ' and <= (byte)'~' ? (char)b : '?')).Trim();
    }
}
