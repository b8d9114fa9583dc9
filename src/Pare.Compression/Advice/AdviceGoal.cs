namespace Pare.Compression.Advice;

/// <summary>What recommendations are ranked by.</summary>
public enum AdviceGoal
{
    /// <summary>Bytes, multiplications and memory alike.</summary>
    Balance,
    /// <summary>Bytes of the file.</summary>
    Bytes,
    /// <summary>Multiply-accumulates.</summary>
    Macs,
    /// <summary>Peak memory of activations.</summary>
    Memory,
}
