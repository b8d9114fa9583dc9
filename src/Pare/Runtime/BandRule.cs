namespace Pare.Runtime;

/// <summary>When nodes run band by band with those that read them, see <see cref="Kernels.Bands.BandChain"/>.</summary>
/// <param name="LeastBetween">Bytes of a value between two nodes that are worth it on one thread: fewer stay in a near cache anyway.</param>
/// <param name="NearBytes">What stays in the second cache for the most part: constants that a thread reads again for each band, buffers and scratch.</param>
/// <param name="BufferBytes">What of that may be buffers, where kernels do not ask for more rows.</param>
internal sealed record BandRule(long LeastBetween, long NearBytes, long BufferBytes)
{
    /// <summary>For a second cache of 2 MB. Measured: bench/Pare.Benchmarks bands.</summary>
    public static BandRule Default { get; } = new(1_000_000, 2_600_000, 800_000);

    /// <summary>Every node runs for itself.</summary>
    public static BandRule Never { get; } = new(long.MaxValue, 0, 0);

    /// <summary>All that can, in bands as small as can be: for tests.</summary>
    public static BandRule Always { get; } = new(0, long.MaxValue, 0) { AnyRows = true };

    /// <summary>Bytes of a value that are worth it: fewer where there are several threads, whose caches it would change.</summary>
    public long LeastOn(int threads) => threads == 1 ? LeastBetween : LeastBetween / 2;

    /// <summary>Whether nodes are joined also where no gain is predicted: for measuring.</summary>
    public bool AnyGain { get; init; }

    /// <summary>Whether nodes are joined without asking whether it pays, in bands of any number of rows.</summary>
    public bool AnyRows { get; init; }
}
