namespace Pare.Compression.Methods;

/// <summary>Where a threshold counts.</summary>
public enum PruningScope
{
    /// <summary>Each layer keeps its own share.</summary>
    Layer,
    /// <summary>One threshold for all chosen layers together.</summary>
    Global,
}
