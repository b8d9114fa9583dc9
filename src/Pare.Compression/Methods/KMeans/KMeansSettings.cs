using Pare.Compression.Settings;

namespace Pare.Compression.Methods;

/// <summary>Settings of <see cref="KMeansClustering"/>.</summary>
public sealed record KMeansSettings : MethodSettings
{
    /// <summary>Index width: at most 2^bits clusters.</summary>
    [Setting(Min = 1, Max = 16, Unit = "bits", Help = "index width; 2^bits clusters a layer")]
    public int Bits { get; init; } = 5;

    /// <summary>Clusters of a layer in the place of 2^bits; need not be a power of two.</summary>
    [Setting(Min = 1, Max = 65_536, Help = "clusters a layer, in the place of 2^bits")]
    public int? Clusters { get; init; }

    /// <summary>Where the centroids begin.</summary>
    [Setting(Help = "where the centroids begin")]
    public KMeansStart Start { get; init; }

    /// <summary>The most rounds.</summary>
    [Setting(Min = 1, Max = 1_000_000, Unit = "rounds", Help = "the most rounds; it ends earlier where nothing moves")]
    public int Iterations { get; init; } = 2000;

    /// <summary>Ends where no centroid moves by more than this share of the numbers' range.</summary>
    [Setting(Min = 0, Max = 1, Help = "ends where no centroid moves by more than this share of the range")]
    public double Tolerance { get; init; }

    /// <summary>What a bit of the entropy-coded file costs, in units of the numbers' variance; 0 looks at the error alone.</summary>
    [Setting(Min = 0, Max = 10, Unit = "variances a bit", Help = "what an entropy-coded bit costs: 0.001 saves a little, 0.01 much; 0 looks at the error alone")]
    public double Rate { get; init; }

    /// <summary>Keeps one centroid at exactly 0; for layers that are not pruned.</summary>
    [Setting(Help = "keep one centroid at exactly 0")]
    public bool KeepZero { get; init; }

    internal int Count => Clusters ?? 1 << Bits;
}
