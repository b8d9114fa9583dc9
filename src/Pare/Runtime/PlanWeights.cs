namespace Pare.Runtime;

/// <summary>Whether a plan holds compressed weights as they are, or expanded to floats, where kernels for both exist.</summary>
public enum PlanWeights
{
    /// <summary>As they are wherever that is predicted to take at most a tenth longer than the fastest way. Otherwise expanded.</summary>
    Balanced,

    /// <summary>As they are wherever a kernel can run them so, however long that takes: the least memory.</summary>
    Compressed,

    /// <summary>Whatever is predicted to be fastest.</summary>
    Fastest,
}
