namespace Pare.Cli.Output;

/// <summary>How much to say, and to whom: the options that every verb has.</summary>
/// <param name="Json">One object on standard output, for programs.</param>
/// <param name="Quiet">No progress and no notes.</param>
/// <param name="Verbose">Stack traces of errors.</param>
internal readonly record struct TerminalOptions(bool Json, bool Quiet, bool Verbose);
