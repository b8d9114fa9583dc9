namespace Pare.Compression.Methods;

/// <summary>Where steps that learn begin.</summary>
public enum StepStart
{
    /// <summary>Where the squared error of rounding is least.</summary>
    LeastError,
    /// <summary>At 2 mean(|v|) / sqrt(greatest level), as Esser et al. (ICLR 2020) begin.</summary>
    Mean,
}
