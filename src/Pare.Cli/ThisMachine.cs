using System.Runtime.InteropServices;
using Pare.Compression.Reporting;

namespace Pare.Cli;

/// <summary>What reports say of where they were made.</summary>
internal static class ThisMachine
{
    /// <summary>Program, runtime, system and threads.</summary>
    public static EnvironmentReport Report(int threads) =>
        new(CommandLine.ProgramVersion, Environment.Version.ToString(), $"{RuntimeInformation.OSDescription} {RuntimeInformation.OSArchitecture}", threads);
}
