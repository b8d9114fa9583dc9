using System.Text.Json;
using Pare.Cli;

namespace Pare.EndToEnd.Tests.Cli;

public sealed class BenchTests
{
    [Fact]
    public void Bench_Json_HasTimesSpeedsAndMemory()
    {
        using var sandbox = new Sandbox();
        string model = sandbox.Network();
        JsonElement one = sandbox.Run("bench", model, "--seconds", "0.05", "--threads", "1", "--batch", "2", "--json").ShouldExit(ExitCode.Done).Json;
        double Number(string name) => one.GetProperty(name).GetDouble();
        Number("p10_ms").ShouldBeInRange(0, Number("median_ms"));
        Number("p90_ms").ShouldBeGreaterThanOrEqualTo(Number("median_ms"));
        Number("samples_per_second").ShouldBe(2 / (Number("median_ms") / 1e3), Number("samples_per_second") * 1e-9);
        Number("macs").ShouldBe(2 * (784 * 300 + 300 * 100 + 100 * 10));
        Number("gmacs_per_second").ShouldBe(Number("macs") / Number("median_ms") / 1e6, Number("gmacs_per_second") * 1e-9);
        Number("peak_share").ShouldBe(Number("gmacs_per_second") / Number("peak_gmacs_per_second"), 1e-9);
        Number("memory_gb_per_second").ShouldBeGreaterThan(0);
        Number("packed_bytes").ShouldBeGreaterThan(4 * 784 * 300);
        Number("resident_bytes").ShouldBeGreaterThan(Number("packed_bytes"));
        Number("peak_resident_bytes").ShouldBeGreaterThanOrEqualTo(Number("packed_bytes"));
        one.TryGetProperty("nodes", out _).ShouldBeFalse();
    }

    [Fact]
    public void Bench_Nodes_AddUpToTheModel()
    {
        using var sandbox = new Sandbox();
        string model = sandbox.Network();
        JsonElement json = sandbox.Run("bench", model, "--seconds", "0.05", "--threads", "1", "--nodes", "--json").ShouldExit(ExitCode.Done).Json;
        JsonElement[] nodes = [.. json.GetProperty("nodes").EnumerateArray()];
        nodes.Sum(n => n.GetProperty("macs").GetInt64()).ShouldBe(json.GetProperty("macs").GetInt64());
        nodes.Sum(n => n.GetProperty("share").GetDouble()).ShouldBe(1, 1e-6);
        nodes.ShouldContain(n => n.GetProperty("kernel").GetString()!.StartsWith("gemm") && n.GetProperty("ms").GetDouble() > 0);
        sandbox.Run("bench", model, "--seconds", "0.05", "--nodes").ShouldExit(ExitCode.Done).Out.ShouldContain("of peak");
    }

    [Fact]
    public void Bench_Against_ComparesWithThatModel()
    {
        using var sandbox = new Sandbox();
        string model = sandbox.Network();
        sandbox.Run("convert", model, "@other.pare").ShouldExit(ExitCode.Done);
        JsonElement[] models = [.. sandbox.Run("bench", model, "--against", "@other.pare", "--seconds", "0.05", "--json").ShouldExit(ExitCode.Done).Json.GetProperty("models").EnumerateArray()];
        models.Select(m => m.GetProperty("model").GetString()).ShouldBe([sandbox.At("other.pare"), model]);
    }
}
