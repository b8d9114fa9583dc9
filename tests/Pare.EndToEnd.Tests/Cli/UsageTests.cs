using Pare.Cli;

namespace Pare.EndToEnd.Tests.Cli;

public class UsageTests
{
    [Theory]
    [InlineData("trian", "Did you mean 'train'?")]
    [InlineData("data lst", "Did you mean 'list'?")]
    [InlineData("eval m.onnx --dta x", "Did you mean '--data'?")]
    [InlineData("train m.onnx --data digits --epoch 3", "Did you mean '--epochs'?")]
    [InlineData("eval m.onnx", "needs --data")]
    [InlineData("info", "needs MODEL")]
    [InlineData("eval m.onnx --data", "'--data' needs a value")]
    [InlineData("eval m.onnx --data digits --batch 0", "expected 1 to 65536")]
    [InlineData("eval m.onnx --data digits --batch x", "--batch")]
    [InlineData("eval m.onnx --data digits --split tset", "Did you mean 'test'?")]
    [InlineData("data get mnits", "Did you mean 'mnist'?")]
    [InlineData("new lenet5", "Did you mean 'lenet-5'?")]
    [InlineData("new lenet-5 --clases 3", "Did you mean '--classes'?")]
    [InlineData("new lenet-5 --classes 0", "at least 1|from 1")]
    [InlineData("new lenet-5 --classes", "'--classes' needs a value")]
    [InlineData("new lenet-5 --width 2", "no setting 'width'")]
    [InlineData("new squeezenet-1.1 --bypass smple", "Did you mean 'simple'?")]
    [InlineData("new shufflenet-v1 --groups 5", "expected 1, 2, 3, 4 or 8")]
    [InlineData("new inception-v3 --resolution 40", "Choose a larger one")]
    [InlineData("new lenet-5 -o a.txt", ".onnx or .pare")]
    [InlineData("new lenet-5 -o nowhere/a.onnx", "does not exist")]
    [InlineData("new", "--list")]
    [InlineData("run m.onnx", "--input, --data and --random")]
    [InlineData("eval m.onnx --data digits --tune", "--tune")]
    [InlineData("train m.onnx --data digits --tune", "--tune")]
    [InlineData("run m.onnx --random --data digits", "more than one")]
    [InlineData("compress m.onnx", "--recipe")]
    [InlineData("compress", "Name a model")]
    [InlineData("compress m.onnx --recipe nowhere.yaml", "no recipe 'nowhere.yaml'")]
    [InlineData("compress m.onnx --recipe deep-compresion", "Did you mean 'deep-compression'?")]
    [InlineData("compress m.pare --method cluster.kmeans", "overwritten")]
    [InlineData("compress m.onnx --method prune.magnitud:sparsity=0.5", "prune.magnitude")]
    [InlineData("compress m.onnx --method prune.magnitude:sparsity=2", "sparsity")]
    [InlineData("compress m.onnx --method cluster.kmeans --resume", "no checkpoint")]
    [InlineData("train m.onnx --data digits --lr fast --batch 0 --schedule", "'--schedule' needs a value")]
    [InlineData("train m.onnx --data digits --augment spin", "--augment has 'spin'")]
    [InlineData("train m.onnx --data digits --augment shift=99", "--augment has 'shift=99'")]
    [InlineData("train m.onnx --data digits --resume", "no checkpoint")]
    [InlineData("convert a.onnx b.pare --opset 17", "--opset is about .onnx")]
    [InlineData("convert a.onnx b.onnx --opset 99", "expected 7 to 27")]
    [InlineData("convert a.onnx b.pare --quantized-form qdq", "--quantized-form is about .onnx")]
    [InlineData("convert a.onnx b.onnx --quantized-form int8", "expected qdq, qoperator, floats")]
    [InlineData("bench a.onnx --seconds 0", "0.01 to 3600")]
    [InlineData("info a.onnx --count mac", "Did you mean 'macs'?")]
    [InlineData("info a.onnx --tree --all", "take --all out")]
    [InlineData("info a.onnx --weights --no-statistics", "take one of them out")]
    public void WrongUsage_ExitsWithTwoAndSaysWhatIsExpected(string line, string expected)
    {
        using var sandbox = new Sandbox();

        Result result = sandbox.Run(line.Split(' ')).ShouldExit(ExitCode.Usage);

        expected.Split('|').Any(e => result.Error.Contains(e, StringComparison.Ordinal)).ShouldBeTrue(result.Error);
        result.Error.ShouldNotContain("   at Pare.");
        result.Out.ShouldBeEmpty();
        sandbox.Files().ShouldBeEmpty();
    }

    [Fact]
    public void Settings_SeveralOutOfRange_AreAllNamed()
    {
        using var sandbox = new Sandbox();
        Result result = sandbox.Run("train", "@m.onnx", "--data", "digits", "--lr", "fast", "--batch", "0", "--momentum", "2").ShouldExit(ExitCode.Usage);
        result.Error.ShouldContain("learning-rate");
        result.Error.ShouldContain("batch-size");
        result.Error.ShouldContain("momentum");
    }
}
