namespace Pare.Compression.Methods;

/// <summary>Settings of <see cref="BatchNormFolding"/>: there are none.</summary>
public sealed record BatchNormFoldingSettings : MethodSettings;
