using Pare.Cli;

namespace Pare.EndToEnd.Tests.Cli;

public class BadInputTests
{
    [Fact]
    public void Model_Missing_IsNamedWithItsNeighbour()
    {
        using var sandbox = new Sandbox();
        sandbox.Network("lenet.onnx");
        Result result = sandbox.Run("info", "@lenett.onnx").ShouldExit(ExitCode.Error);
        result.Error.ShouldContain("lenett.onnx");
        result.Error.ShouldContain("Did you mean");
    }

    [Fact]
    public void Model_OfUnknownKind_IsUnsupported()
    {
        using var sandbox = new Sandbox();
        File.WriteAllText(sandbox.At("model.h5"), "something");
        sandbox.Run("info", "@model.h5").ShouldExit(ExitCode.Unsupported).Error.ShouldContain(".onnx");
    }

    [Theory]
    [InlineData("net.onnx")]
    [InlineData("net.pare")]
    public void Model_Truncated_IsAnErrorWithTheFilesName(string name)
    {
        using var sandbox = new Sandbox();
        string path = sandbox.Network(name);
        byte[] whole = File.ReadAllBytes(path);
        File.WriteAllBytes(path, whole[..(whole.Length / 2)]);
        Result result = sandbox.Run("info", path).ShouldExit(ExitCode.Error);
        result.Error.ShouldContain(name);
        result.Error.ShouldNotContain("bug in Pare");
        result.Out.ShouldBeEmpty();
    }

    [Fact]
    public void Model_WithUnknownOperators_NamesAllOfThem()
    {
        using var sandbox = new Sandbox();
        string model = sandbox.Network();
        byte[] bytes = File.ReadAllBytes(model);
        string text = System.Text.Encoding.Latin1.GetString(bytes);
        text.ShouldContain("Gemm");
        File.WriteAllBytes(model, System.Text.Encoding.Latin1.GetBytes(text.Replace("Gemm", "Gemz", StringComparison.Ordinal).Replace("Relu", "Relz", StringComparison.Ordinal)));
        string check = sandbox.Run("check", model).ShouldExit(ExitCode.Unsupported).Out;
        check.ShouldContain("Gemz");
        check.ShouldContain("Relz");
        sandbox.Run("run", model, "--random").ShouldExit(ExitCode.Unsupported).Error.ShouldContain("operator Gemz of domain 'ai.onnx'");
        sandbox.Run("info", model).ShouldExit(ExitCode.Done).Out.ShouldContain("operator Relz of domain 'ai.onnx'");
        sandbox.Run("check", model, "--json").Json.GetProperty("missing").GetArrayLength().ShouldBe(5);
    }

    [Fact]
    public void DataGet_FromAMirrorThatIsNotThere_SaysWhatToDo()
    {
        using var sandbox = new Sandbox();
        Result result = sandbox.With("PARE_CACHE", sandbox.At("cache")).With("PARE_MIRRORS", "http://127.0.0.1:9").Run("data", "get", "mnist").ShouldExit(ExitCode.Error);
        result.Error.ShouldContain("127.0.0.1:9");
        result.Error.ShouldContain("PARE_DATA");
        result.Error.ShouldContain(sandbox.At("cache/data/mnist"));
    }

    [Fact]
    public void Data_Missing_SaysHowToGetIt()
    {
        using var sandbox = new Sandbox();
        string model = sandbox.Network();
        sandbox.Run("eval", model, "--data", "mnist").ShouldExit(ExitCode.Error).Error.ShouldContain("pare data get mnist");
        sandbox.Run("eval", model, "--data", "nowhere.npz").ShouldExit(ExitCode.Error).Error.ShouldContain("nowhere.npz");
    }

    [Fact]
    public void Data_OfAnotherShape_IsRefused()
    {
        using var sandbox = new Sandbox();
        sandbox.Run("new", "resnet-8", "-o", "@r.onnx").ShouldExit(ExitCode.Done);
        sandbox.Run("eval", "@r.onnx", "--data", "digits").ShouldExit(ExitCode.Error).Error.ShouldContain("[1, 28, 28]");
    }

    [Fact]
    public void Preprocessing_OutOfTheTrainedRange_IsNoticed()
    {
        using var sandbox = new Sandbox();
        string model = sandbox.Network(), data = sandbox.Digits();
        sandbox.Run("train", model, "--data", data, "--epochs", "1", "-o", "@t.onnx").ShouldExit(ExitCode.Done);
        sandbox.Run("eval", "@t.onnx", "--data", data, "--scale", "1").ShouldExit(ExitCode.Error).Error.ShouldContain("--scale");
    }

    [Fact]
    public void Layers_PatternThatMatchesNothing_IsRefusedBeforeAnyWork()
    {
        using var sandbox = new Sandbox();
        string model = sandbox.Network();
        Result result = sandbox.Run("compress", model, "-o", "@x.pare", "--method", "prune.magnitude:sparsity=0.5,layers=[convolution*]").ShouldExit(ExitCode.Usage);
        result.Error.ShouldContain("convolution*");
        File.Exists(sandbox.At("x.pare")).ShouldBeFalse();
    }

    [Fact]
    public void Recipe_WithSeveralFaults_ReportsAllWithTheirPlaces()
    {
        using var sandbox = new Sandbox();
        string model = sandbox.Network();
        File.WriteAllText(sandbox.At("r.yaml"), "sed: 1\nsteps:\n  - method: prune.magnitude\n    sparsity: 3\n  - method: cluster.kmean\n    bits: 5\n");
        Result result = sandbox.Run("compress", model, "-o", "@x.pare", "--recipe", "@r.yaml").ShouldExit(ExitCode.Usage);
        result.Error.ShouldContain("r.yaml:1:");
        result.Error.ShouldContain("r.yaml:4:");
        result.Error.ShouldContain("r.yaml:5:");
    }

    [Fact]
    public void Training_InARecipeWithoutData_IsRefused()
    {
        using var sandbox = new Sandbox();
        string model = sandbox.Network();
        sandbox.Run("compress", model, "-o", "@x.pare", "-m", "prune.magnitude:sparsity=0.5,retrain.epochs=1").ShouldExit(ExitCode.Usage).Error.ShouldContain("--data");
    }

    [Fact]
    public void Output_ThatCannotBeWritten_IsNoticedBeforeTheWork()
    {
        using var sandbox = new Sandbox();
        string model = sandbox.Network();
        Directory.CreateDirectory(sandbox.At("folder.pare"));
        sandbox.Run("compress", model, "-o", "@folder.pare", "-m", "cluster.kmeans").ShouldExit(ExitCode.Usage).Error.ShouldContain("is a folder");
        sandbox.Run("convert", model, "/proc/x.pare").Exit.ShouldNotBe(ExitCode.Done);
    }

    [Fact]
    public void Exception_NobodyExpected_BecomesABugReport()
    {
        using var sandbox = new Sandbox();
        using var error = new StringWriter();
        Host host = sandbox.Host(new BrokenWriter(), error);
        ExitCode exit = sandbox.RunOn(host, CancellationToken.None, "data", "list");
        exit.ShouldBe(ExitCode.Error);
        error.ToString().ShouldContain("bug in Pare");
        error.ToString().ShouldContain("data list");
    }

    private sealed class BrokenWriter : StringWriter
    {
        public override void WriteLine(string? value) => throw new InvalidOperationException("broken on purpose");
    }
}
