using System.Text.Json;
using Pare.Cli;

namespace Pare.EndToEnd.Tests.Cli;

/// <summary>What came of one command line.</summary>
internal sealed record Result(ExitCode Exit, string Out, string Error)
{
    /// <summary>Standard output as the one JSON object that it must be.</summary>
    public JsonElement Json => JsonDocument.Parse(Out).RootElement;

    /// <summary>Requires an exit code; the message shows what was said.</summary>
    public Result ShouldExit(ExitCode code)
    {
        Exit.ShouldBe(code, $"stdout:\n{Out}\nstderr:\n{Error}");
        return this;
    }
}
