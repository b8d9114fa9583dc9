using System.Text.Json;
using Pare.Cli;

namespace Pare.EndToEnd.Tests.Cli;

public class InfoTests
{
    [Fact]
    public void Info_LayersAndSums_AgreeInJson()
    {
        using var sandbox = new Sandbox();
        sandbox.Run("new", "resnet-20", "-o", "@r.onnx").ShouldExit(ExitCode.Done);
        JsonElement info = sandbox.Run("info", "@r.onnx", "--json").ShouldExit(ExitCode.Done).Json;
        foreach ((string sum, string part) in new[] { ("parameters", "parameters"), ("macs", "macs"), ("count", "count"), ("other_operations", "other_operations"), ("activation_bytes", "activation_bytes"), ("moved_bytes", "moved_bytes") })
            info.GetProperty("layers").EnumerateArray().Sum(l => l.GetProperty(part).GetInt64()).ShouldBe(info.GetProperty(sum).GetInt64(), sum);
        (info.GetProperty("parameters").GetInt64(), info.GetProperty("macs").GetInt64(), info.GetProperty("running_statistics").GetInt64()).ShouldBe((269_722L, 40_551_040L, 1376L));
        info.GetProperty("convolution_macs").GetInt64().ShouldBe(40_551_040 - 640);
        info.GetProperty("fully_connected_macs").GetInt64().ShouldBe(640);
        JsonElement memory = info.GetProperty("memory");
        memory.GetProperty("total_bytes").GetInt64().ShouldBe(memory.GetProperty("arena_bytes").GetInt64() + memory.GetProperty("packed_weight_bytes").GetInt64());
        JsonElement statistics = info.GetProperty("statistics");
        statistics.GetProperty("numbers").GetInt64().ShouldBe(269_722 + 1376);
        statistics.GetProperty("more_than_65536_distinct").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public void Info_OtherWaysToCount_AreSaidAndCounted()
    {
        using var sandbox = new Sandbox();
        sandbox.Run("new", "resnet-20", "-o", "@r.onnx").ShouldExit(ExitCode.Done);
        JsonElement info = sandbox.Run("info", "@r.onnx", "--json", "--batch", "2", "--count", "flops", "--with-bias", "--with-batch-norm", "--parameters", "stored").ShouldExit(ExitCode.Done).Json;
        // 2 for each MAC, 1 for each of the 10 biases, 2 for each number of the batch norms: 7 x 16 x 32^2, 6 x 32 x 16^2, 6 x 64 x 8^2
        info.GetProperty("count").GetInt64().ShouldBe(2 * (2L * 40_551_040 + 10 + 2 * (7 * 16_384 + 6 * 8192 + 6 * 4096)));
        info.GetProperty("parameters").GetInt64().ShouldBe(269_722 + 1376);
        info.GetProperty("counting").GetProperty("rule").GetString()!.ShouldContain("biases");
        string text = sandbox.Run("info", "@r.onnx", "--count", "flops").ShouldExit(ExitCode.Done).Out;
        text.ShouldContain("81,102,080");
        text.ShouldContain("a multiplication with its addition is 2 FLOPs");
    }

    [Fact]
    public void Info_Tree_ShowsGroupsWithTheirSums()
    {
        using var sandbox = new Sandbox();
        sandbox.Run("new", "resnet-20", "-o", "@r.onnx").ShouldExit(ExitCode.Done);
        string[] lines = sandbox.Run("info", "@r.onnx", "--tree").ShouldExit(ExitCode.Done).Out.Split('\n');
        string group = lines.Single(l => l.StartsWith("layer1 ", StringComparison.Ordinal));
        group.ShouldContain("14,016"); // 6 x (16 x 16 x 9 + 32)
        group.ShouldContain("14,155,776");
        lines.ShouldContain(l => l.StartsWith("    layer1.0.conv1", StringComparison.Ordinal));
    }

    [Fact]
    public void Info_Weights_ShowsZerosDistinctValuesAndRange()
    {
        using var sandbox = new Sandbox();
        string model = sandbox.Network();
        sandbox.Run("compress", model, "-o", "@x.pare", "-m", "prune.magnitude:sparsity=0.75", "-m", "cluster.kmeans:bits=3").ShouldExit(ExitCode.Done);
        JsonElement layer = sandbox.Run("info", "@x.pare", "--json").ShouldExit(ExitCode.Done).Json.GetProperty("layers").EnumerateArray().First(l => l.GetProperty("parameters").GetInt64() > 0);
        JsonElement statistics = layer.GetProperty("weights")[0].GetProperty("statistics");
        statistics.GetProperty("sparsity").GetDouble().ShouldBe(0.75, 0.001);
        statistics.GetProperty("distinct").GetInt32().ShouldBeInRange(2, 9);
        sandbox.Run("info", "@x.pare", "--weights").ShouldExit(ExitCode.Done).Out.ShouldContain("75.0 %");
        sandbox.Run("info", "@x.pare", "--no-statistics").ShouldExit(ExitCode.Done).Out.ShouldNotContain("75.0 %");
    }

    [Fact]
    public void Info_DimsThatAreNotThere_AreRefused()
    {
        using var sandbox = new Sandbox();
        string model = sandbox.Network();
        sandbox.Run("info", model, "--dim", "M=3").ShouldExit(ExitCode.Usage).Error.ShouldContain("Open: N");
        sandbox.Run("info", model, "--dim", "N").ShouldExit(ExitCode.Usage).Error.ShouldContain("NAME=VALUE");
        sandbox.Run("info", model, "--dim", "N=5", "--json").ShouldExit(ExitCode.Done).Json.GetProperty("macs").GetInt64().ShouldBe(5 * 266_200);
    }
}
