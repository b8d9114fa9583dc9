namespace Pare.Compression.Reporting;

/// <summary>Where a report was made; the program fills it in.</summary>
/// <param name="Pare">The version of Pare.</param>
/// <param name="Runtime">The version of .NET.</param>
/// <param name="System">Operating system and architecture.</param>
/// <param name="Threads">Threads used.</param>
public sealed record EnvironmentReport(string Pare, string Runtime, string System, int Threads);
