namespace Pare.Operators;

/// <summary>The operators that Pare reads, runs and writes.</summary>
public static class OperatorCatalog
{
    /// <summary>All operators; extend with <see cref="Catalog{T}.With"/>.</summary>
    public static Catalog<OperatorSpec> Default { get; } = new("operator", []);
}
