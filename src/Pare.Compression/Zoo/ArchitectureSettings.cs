namespace Pare.Compression.Zoo;

/// <summary>Options of an architecture: the base of all records of them.</summary>
public abstract record ArchitectureSettings;
