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
    public void Advise_MethodsOfTheUsersOwn_SavesWhatItSays()
    {
        using var sandbox = new Sandbox();
        sandbox.Run("new", "lenet-5", "-o", "@l.onnx").ShouldExit(ExitCode.Done);
        const string Width = "rewrite.width:width=0.3,layers=[conv2]", Head = "rewrite.global-pool-head:hidden=16";
        JsonElement advice = sandbox.Run("advise", "@l.onnx", "-m", Width, "-m", Head, "--json").ShouldExit(ExitCode.Done).Json;
        JsonElement[] told = [.. advice.GetProperty("recommendations").EnumerateArray()];
        told.Length.ShouldBe(2);
        foreach (string method in (string[])[Width, Head])
        {
            JsonElement after = told.Single(r => r.GetProperty("method").GetString() == $"{method},retrain.epochs=3").GetProperty("after");
            sandbox.Run("compress", "@l.onnx", "-m", method, "-o", "@done.onnx").ShouldExit(ExitCode.Done);
            JsonElement done = sandbox.Run("advise", "@done.onnx", "--json").ShouldExit(ExitCode.Done).Json.GetProperty("cost");
            JsonElement.DeepEquals(done, after).ShouldBeTrue($"{method}: {done} instead of {after}");
        }
    }

    [Theory]
    [InlineData("rewrite.shrink-kernel:to=31", "fits nowhere")]
    [InlineData("rewrite.with", "no method 'rewrite.with'")]
    [InlineData("rewrite.width:width=2", "0.001 to 1")]
    public void Advise_MethodThatCannotBe_SaysWhy(string method, string why)
    {
        using var sandbox = new Sandbox();
        sandbox.Run("new", "lenet-5", "-o", "@l.onnx").ShouldExit(ExitCode.Done);
        sandbox.Run("advise", "@l.onnx", "-m", method).ShouldExit(ExitCode.Usage).Error.ShouldContain(why);
    }

    [Fact]
    public void Advise_UnknownGoal_IsRefusedWithAHint()
    {
        using var sandbox = new Sandbox();
        sandbox.Run("advise", sandbox.Network(), "--goal", "mac").ShouldExit(ExitCode.Usage).Error.ShouldContain("Did you mean 'macs'?");
    }
}
