using System.Collections.Immutable;

namespace Pare.Inspection;

/// <summary>How a model is profiled.</summary>
public sealed record ProfileOptions
{
    /// <summary>Values of the names in input shapes, for example N = 32; a name that is not bound is 1.</summary>
    public ImmutableDictionary<string, long> Bindings { get; init; } = ImmutableDictionary.Create<string, long>(StringComparer.Ordinal);

    /// <summary>Lays out the memory of a plan too: <see cref="Profile.Memory"/>.</summary>
    public bool Memory { get; init; }

    /// <summary>Threads of that plan; its scratch memory depends on them.</summary>
    public int Threads { get; init; } = 1;
}
