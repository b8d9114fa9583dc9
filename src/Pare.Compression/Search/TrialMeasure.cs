using Pare.Compression.Reporting;

namespace Pare.Compression.Search;

/// <summary>What a trial's model costs, and how good it is.</summary>
/// <param name="Parameters">Trainable numbers, zeros and shared ones included.</param>
/// <param name="Macs">Multiply-accumulates of one run at batch 1, those with zeros included.</param>
/// <param name="Bytes">The whole .pare file.</param>
/// <param name="RawBytes">The same file without entropy coding.</param>
/// <param name="Density">Share of the parameters that are stored.</param>
/// <param name="Validation">Errors on the validation samples. The test set is never read.</param>
public sealed record TrialMeasure(long Parameters, long Macs, long Bytes, long RawBytes, double Density, Quality Validation)
{
    /// <summary>What it costs of a kind.</summary>
    public long Of(SearchCost cost) => cost switch
    {
        SearchCost.Macs => Macs,
        SearchCost.Parameters => Parameters,
        _ => Bytes,
    };
}
