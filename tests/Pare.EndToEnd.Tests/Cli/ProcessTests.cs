using System.Diagnostics;

namespace Pare.EndToEnd.Tests.Cli;

/// <summary>The program as a process of its own: what an in-process run cannot show.</summary>
public class ProcessTests
{
    [Fact]
    public void Process_ListingAsJson_WritesOnlyThatToStandardOutput()
    {
        using Process process = Start("data", "list", "--json");
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit(TimeSpan.FromMinutes(1)).ShouldBeTrue();
        process.ExitCode.ShouldBe(0);
        System.Text.Json.JsonDocument.Parse(output).RootElement.GetProperty("version").GetInt32().ShouldBe(1);
    }

    [Fact]
    public void Process_WithAnUnknownVerb_ExitsWithTwo()
    {
        using Process process = Start("trian");
        process.StandardError.ReadToEnd().ShouldContain("Did you mean 'train'?");
        process.WaitForExit(TimeSpan.FromMinutes(1)).ShouldBeTrue();
        process.ExitCode.ShouldBe(2);
    }

    [SkippableOnWindowsFact]
    public void Process_Interrupted_SavesWhatItHasAndExitsWith130()
    {
        using var sandbox = new Sandbox();
        string model = sandbox.Network(), data = sandbox.Digits(), trained = sandbox.At("t.onnx");
        using Process process = Start("train", model, "--data", data, "--epochs", "100000", "--batch", "16", "--validation", "32", "-o", trained);
        while (process.StandardError.ReadLine() is { } line && !line.Contains("validation error", StringComparison.Ordinal)) { } // an epoch is done
        Process.Start("kill", ["-INT", process.Id.ToString()]).WaitForExit();
        string rest = process.StandardError.ReadToEnd();
        process.WaitForExit(TimeSpan.FromMinutes(1)).ShouldBeTrue();
        process.ExitCode.ShouldBe(130, rest);
        rest.ShouldContain("--resume");
        File.Exists(trained).ShouldBeTrue();
    }

    private static Process Start(params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "pare-cli.dll"), .. args])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }

    private sealed class SkippableOnWindowsFactAttribute : FactAttribute
    {
        public SkippableOnWindowsFactAttribute() => Skip = OperatingSystem.IsWindows() ? "Windows has no SIGINT to send" : null;
    }
}
