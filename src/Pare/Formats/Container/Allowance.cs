using Pare.Formats.Container.Codecs;

namespace Pare.Formats.Container;

/// <summary>
/// How many symbols may still be stored at no cost each: a part of one repeated symbol has no bits that would justify the memory of its
/// symbols. Writer and reader count alike, so a small file cannot ask for much memory, and an honest one never runs out.
/// </summary>
internal sealed class Allowance
{
    private const long AtStart = 1 << 20;
    private const long PerByte = 16;

    /// <summary>Symbols that are still free.</summary>
    public long Free { get; private set; } = AtStart;

    /// <summary>A copy, to try a plan.</summary>
    public Allowance Copy() => new() { Free = Free };

    /// <summary>Counts a part.</summary>
    public void Take(CodecPlan plan) => Take(plan.Bytes, plan.IsFree ? plan.Count : 0);

    /// <summary>Counts a part: its bytes earn, its free symbols spend.</summary>
    public void Take(long bytes, long freeSymbols) => Free += bytes * PerByte - freeSymbols;
}
