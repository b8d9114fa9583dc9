namespace Pare.Compression.Methods;

/// <summary>Where the centroids of k-means begin.</summary>
public enum KMeansStart
{
    /// <summary>Evenly between the least and the greatest number; keeps the rare large weights best.</summary>
    Linear,
    /// <summary>At even steps of the cumulative distribution.</summary>
    Density,
    /// <summary>At weights drawn by chance, each by its squared distance from those before (k-means++).</summary>
    Random,
}
