namespace Pare.Encodings;

/// <summary>How a step size learns.</summary>
public enum StepRule
{
    /// <summary>Learned step size: rounding errors within the range count, and what is clipped. Esser et al., ICLR 2020.</summary>
    Lsq,
    /// <summary>Parameterized clipping: only what is clipped counts. Choi et al., arXiv:1805.06085.</summary>
    Pact,
}
