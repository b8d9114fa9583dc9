using Pare.Cli;

namespace Pare.EndToEnd.Tests.Cli;

public class CancelTests
{
    [Fact]
    public void Convert_Cancelled_KeepsTheOldFile()
    {
        using var sandbox = new Sandbox();
        string model = sandbox.Network();
        File.WriteAllText(sandbox.At("old.pare"), "the old one");
        sandbox.Run(new CancellationToken(canceled: true), "convert", model, "@old.pare").ShouldExit(ExitCode.Cancelled);
        File.ReadAllText(sandbox.At("old.pare")).ShouldBe("the old one");
        sandbox.Files().ShouldBe(["net.onnx", "old.pare"]);
    }

    [Fact]
    public void Train_CancelledAndResumed_GivesTheSameBytesAsWithoutABreak()
    {
        using var sandbox = new Sandbox();
        string model = sandbox.Network(), data = sandbox.Digits();
        string[] train = ["train", model, "--data", data, "--epochs", "3", "--batch", "16", "--validation", "32"];
        sandbox.Run([.. train, "-o", "@whole.onnx"]).ShouldExit(ExitCode.Done);

        using var cancel = new CancellationTokenSource();
        using var error = new StopAfter("epoch 2/3", cancel);
        using var output = new StringWriter();
        ExitCode exit = sandbox.RunOn(sandbox.Host(output, error) with { Time = new Hurry() }, cancel.Token, [.. train, "-o", "@broken.onnx"]);
        exit.ShouldBe(ExitCode.Cancelled);
        error.ToString().ShouldContain("--resume");
        File.Exists(sandbox.At("broken.onnx.checkpoint")).ShouldBeTrue();
        sandbox.Run([.. train, "-o", "@broken.onnx"]).ShouldExit(ExitCode.Usage).Error.ShouldContain("--resume");

        sandbox.Run([.. train, "-o", "@broken.onnx", "--resume"]).ShouldExit(ExitCode.Done);
        File.ReadAllBytes(sandbox.At("broken.onnx")).ShouldBe(File.ReadAllBytes(sandbox.At("whole.onnx")));
        File.Exists(sandbox.At("broken.onnx.checkpoint")).ShouldBeFalse();
    }

    [Fact]
    public void Compress_CancelledInTheSecondStep_SavesTheFirst()
    {
        using var sandbox = new Sandbox();
        string model = sandbox.Network(), data = sandbox.Digits();
        using var cancel = new CancellationTokenSource();
        using var error = new StopAfter("Step 2 of 2", cancel);
        using var output = new StringWriter();
        ExitCode exit = sandbox.RunOn(
            sandbox.Host(output, error), cancel.Token,
            "compress", model, "--data", data, "-o", "@x.pare", "-m", "prune.magnitude:sparsity=0.9", "-m", "cluster.kmeans:bits=4,retrain.epochs=1");
        exit.ShouldBe(ExitCode.Cancelled, error.ToString());
        error.ToString().ShouldContain("after step 1 of 2");
        string info = sandbox.Run("info", "@x.pare").ShouldExit(ExitCode.Done).Out;
        info.ShouldContain("sparse");
        info.ShouldNotContain("codebook");
    }

    [Fact]
    public void Compress_CancelledWhileItTrainsAndResumed_GivesTheSameBytesAsWithoutABreak()
    {
        using var sandbox = new Sandbox();
        string model = sandbox.Network(), data = sandbox.Digits();
        string[] compress = ["compress", model, "--data", data, "-m", "prune.magnitude:sparsity=0.5,retrain.epochs=2", "-m", "cluster.kmeans:bits=4,retrain.epochs=3"];
        sandbox.Run([.. compress, "-o", "@whole.pare"]).ShouldExit(ExitCode.Done);
        sandbox.Run([.. compress, "-o", "@broken.pare", "--resume"]).ShouldExit(ExitCode.Usage).Error.ShouldContain("no checkpoint");

        using var cancel = new CancellationTokenSource();
        using var error = new StopAfter("retraining: epoch 2 of 3", cancel);
        using var output = new StringWriter();
        ExitCode exit = sandbox.RunOn(sandbox.Host(output, error) with { Time = new Hurry() }, cancel.Token, [.. compress, "-o", "@broken.pare"]);
        exit.ShouldBe(ExitCode.Cancelled, error.ToString());
        error.ToString().ShouldContain("--resume");
        File.Exists(sandbox.At("broken.pare.checkpoint-2")).ShouldBeTrue();
        sandbox.Run([.. compress, "-o", "@broken.pare"]).ShouldExit(ExitCode.Usage).Error.ShouldContain("--resume");

        sandbox.Run([.. compress, "-o", "@broken.pare", "--resume"]).ShouldExit(ExitCode.Done);
        File.ReadAllBytes(sandbox.At("broken.pare")).ShouldBe(File.ReadAllBytes(sandbox.At("whole.pare")));
        sandbox.Files().ShouldNotContain(f => f.Contains("checkpoint", StringComparison.Ordinal));
    }

    [Fact]
    public void Compress_CancelledBeforeTheFirstStep_WritesNothing()
    {
        using var sandbox = new Sandbox();
        string model = sandbox.Network();
        sandbox.Run(new CancellationToken(canceled: true), "compress", model, "-o", "@x.pare", "-m", "cluster.kmeans").Exit.ShouldBe(ExitCode.Cancelled);
        sandbox.Files().ShouldBe(["net.onnx"]);
    }

    /// <summary>A minute goes by at each look at the clock, so that everything that is told now and then is told each time.</summary>
    private sealed class Hurry : TimeProvider
    {
        private long _minutes;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => 60 * Interlocked.Increment(ref _minutes);
    }
}
