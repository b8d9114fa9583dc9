using System.Text.Json;
using Pare.Cli;

namespace Pare.EndToEnd.Tests.Cli;

public class AdviseTests
{
    [Fact]
    public void Advise_ANetworkWithBatchNorms_SaysWhatToDoAndWhatItSaves()
    {
        using var sandbox = new Sandbox();
        sandbox.Run("new", "resnet-20", "-o", "@r.onnx").ShouldExit(ExitCode.Done);
        string text = sandbox.Run("advise", "@r.onnx", "--goal", "bytes", "--top", "100").ShouldExit(ExitCode.Done).Out;
        text.ShouldContain("Fold batch normalization");
        text.ShouldContain("-m fold.batch-norm");
        text.ShouldContain("the outputs stay the same");

        JsonElement advice = sandbox.Run("advise", "@r.onnx", "--goal", "bytes", "--top", "100", "--json").ShouldExit(ExitCode.Done).Json;
        JsonElement norm = advice.GetProperty("recommendations").EnumerateArray().Single(r => r.GetProperty("adviser").GetString() == "batch-norm");
        // What it says comes true.
        sandbox.Run("compress", "@r.onnx", "-m", norm.GetProperty("method").GetString()!, "-o", "@folded.pare").ShouldExit(ExitCode.Done);
        JsonElement folded = sandbox.Run("info", "@folded.pare", "--json").ShouldExit(ExitCode.Done).Json;
        folded.GetProperty("parameters").GetInt64().ShouldBe(norm.GetProperty("after").GetProperty("parameters").GetInt64());
        folded.GetProperty("macs").GetInt64().ShouldBe(norm.GetProperty("after").GetProperty("macs").GetInt64());
    }

    [Fact]
    public void Advise_UnknownGoal_IsRefusedWithAHint()
    {
        using var sandbox = new Sandbox();
        sandbox.Run("advise", sandbox.Network(), "--goal", "mac").ShouldExit(ExitCode.Usage).Error.ShouldContain("Did you mean 'macs'?");
    }
}
