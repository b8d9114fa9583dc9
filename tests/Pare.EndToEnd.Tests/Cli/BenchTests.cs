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

    [Fact]
    public void Bench_Explain_ComparesCompressedNodesWithPlainOnes()
    {
        using var sandbox = new Sandbox();
        string model = sandbox.Network();
        sandbox.Run("compress", model, "--method", "quantize.weights:weight-bits=4", "-o", "@small.pare").ShouldExit(ExitCode.Done);
        JsonElement json = sandbox.Run("bench", "@small.pare", "--seconds", "0.05", "--threads", "1", "--explain", "-v", "--json").ShouldExit(ExitCode.Done).Json;
        JsonElement[] nodes = [.. json.GetProperty("explained").EnumerateArray()];
        nodes.Length.ShouldBe(3);
        foreach (JsonElement node in nodes)
        {
            node.GetProperty("weights").GetString().ShouldBe("4-bit");
            node.GetProperty("kernel").GetString().ShouldBe("gemm-codes.f32");
            node.GetProperty("dense_kernel").GetString().ShouldBe("gemm.f32");
            double Number(string name) => node.GetProperty(name).GetDouble();
            Number("measured_ratio").ShouldBe(Number("dense_ms") / Number("ms"), 1e-9);
            Number("predicted_ratio").ShouldBe(Number("dense_predicted_ms") / Number("predicted_ms"), 1e-9);
            node.GetProperty("why").GetString()!.ShouldStartWith("keeps the weights packed");
        }
        nodes[0].GetProperty("packed_bytes").GetInt64().ShouldBeLessThan(nodes[0].GetProperty("dense_packed_bytes").GetInt64() / 4);
        JsonElement[] kernels = [.. json.GetProperty("kernels").EnumerateArray()];
        kernels.ShouldContain(k => k.GetProperty("kernel").GetString() == "gemm-codes.f32" && k.GetProperty("offers").GetArrayLength() == 3);
        string text = sandbox.Run("bench", "@small.pare", model, "--seconds", "0.05", "--explain", "-v", "--weights", "compressed").ShouldExit(ExitCode.Done).Out;
        text.ShouldContain("no node has compressed weights");
        text.ShouldContain("gemm-codes.f32");
        sandbox.Run("bench", model, "--weights", "compresed").ShouldExit(ExitCode.Usage).Error.ShouldContain("expected balanced, compressed or fastest. Did you mean 'compressed'?");
    }
}
