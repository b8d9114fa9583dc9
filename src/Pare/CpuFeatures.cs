namespace Pare;

/// <summary>What the processor may be used for. A test forces a level by injecting another value.</summary>
public sealed record CpuFeatures;
