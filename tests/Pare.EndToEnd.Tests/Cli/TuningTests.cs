using System.Text.Json;
using Pare.Cli;

namespace Pare.EndToEnd.Tests.Cli;

public sealed class TuningTests
{
    [Fact]
    public void Bench_TunedTwice_MeasuresOnce()
    {
        using var sandbox = new Sandbox();
        string model = Convolutions(sandbox);
        string[] line = ["bench", model, "--seconds", "0.01", "--threads", "1", "--tune", "--json"];
        JsonElement first = Tuning(sandbox.Run(line)), second = Tuning(sandbox.Run(line));
        string cache = sandbox.At(".cache/pare/kernels.json");
        first.GetProperty("cache").GetString().ShouldBe(cache);
        File.ReadAllText(cache).ShouldContain("conv.last.f32");
        first.GetProperty("nodes").GetInt32().ShouldBeGreaterThan(0);
        first.GetProperty("measured").GetInt32().ShouldBe(first.GetProperty("nodes").GetInt32());
        second.GetProperty("measured").GetInt32().ShouldBe(0);
        second.GetProperty("changed").ToString().ShouldBe(first.GetProperty("changed").ToString());
        foreach (JsonElement changed in first.GetProperty("changed").EnumerateArray())
        {
            changed.GetProperty("ms").GetDouble().ShouldBeLessThan(changed.GetProperty("predicted_ms").GetDouble());
            changed.GetProperty("kernel").GetString().ShouldNotBe(changed.GetProperty("predicted").GetString());
        }
    }

    [Fact]
    public void Run_Tuned_SharesTheCacheOfBenchAndSaysWhatItDid()
    {
        using var sandbox = new Sandbox();
        string model = Convolutions(sandbox);
        sandbox.Run("bench", model, "--seconds", "0.01", "--threads", "1", "--tune", "--tune-cache", "@own.json").ShouldExit(ExitCode.Done).Out.ShouldContain("tuning: ");
        string text = File.ReadAllText(sandbox.At("own.json"));
        Result run = sandbox.Run("run", model, "--random", "--threads", "1", "--tune", "--tune-cache", "@own.json").ShouldExit(ExitCode.Done);
        run.Out.ShouldContain("0 measured now");
        File.ReadAllText(sandbox.At("own.json")).ShouldBe(text);
        Directory.Exists(sandbox.At(".cache")).ShouldBeFalse();
        sandbox.Run("run", model, "--random").ShouldExit(ExitCode.Done).Out.ShouldNotContain("tuning");
    }

    [Fact]
    public void Run_DamagedCache_SaysToDeleteIt()
    {
        using var sandbox = new Sandbox();
        string model = sandbox.Network();
        File.WriteAllText(sandbox.At("cache.json"), "{");
        sandbox.Run("run", model, "--random", "--tune", "--tune-cache", "@cache.json").ShouldExit(ExitCode.Error).Error.ShouldContain("Delete it");
        File.ReadAllText(sandbox.At("cache.json")).ShouldBe("{");
    }

    [Theory]
    [InlineData("needs to be given with", "--tune-cache", "@cache.json")]
    [InlineData("does not exist", "--tune", "--tune-cache", "@nowhere/cache.json")]
    public void Run_CacheThatCannotBe_IsRefused(string fault, params string[] options)
    {
        using var sandbox = new Sandbox();
        string model = sandbox.Network();
        sandbox.Run(["run", model, "--random", .. options]).ShouldExit(ExitCode.Usage).Error.ShouldContain(fault);
    }

    private static string Convolutions(Sandbox sandbox)
    {
        string path = sandbox.At("conv.onnx");
        sandbox.Run("new", "resnet-8", "-o", path, "--seed", "3").ShouldExit(ExitCode.Done);
        return path;
    }

    private static JsonElement Tuning(Result result) => result.ShouldExit(ExitCode.Done).Json.GetProperty("tuning");
}
