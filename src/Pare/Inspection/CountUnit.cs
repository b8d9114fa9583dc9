namespace Pare.Inspection;

/// <summary>What computation is counted in.</summary>
public enum CountUnit
{
    /// <summary>Multiply-accumulates.</summary>
    Macs,
    /// <summary>Floating-point operations: a multiply-accumulate is two.</summary>
    Flops,
}
