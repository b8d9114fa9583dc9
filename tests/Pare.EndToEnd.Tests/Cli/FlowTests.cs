using System.Text.Json;
using Pare.Cli;

namespace Pare.EndToEnd.Tests.Cli;

public class FlowTests
{
    [Fact]
    public void NewTrainCompressEvalConvert_OnAFewDigits_GivesModelsThatAgree()
    {
        using var sandbox = new Sandbox();
        string data = sandbox.Digits();

        JsonElement made = sandbox.Run("new", "lenet-300-100", "-o", "@net.onnx", "--json").ShouldExit(ExitCode.Done).Json;
        made.GetProperty("parameters").GetInt64().ShouldBe(266_610);
        made.GetProperty("macs").GetInt64().ShouldBe(266_200);

        Result training = sandbox.Run("train", "@net.onnx", "--data", data, "-o", "@trained.onnx", "--epochs", "4", "--batch", "16", "--validation", "32", "--test", "--json").ShouldExit(ExitCode.Done);
        training.Error.ShouldContain("32 of 160 training samples are kept apart");
        training.Error.ShouldContain("read once, at the end");
        training.Json.GetProperty("epochs").GetArrayLength().ShouldBe(4);
        training.Json.GetProperty("train_samples").GetInt32().ShouldBe(128);
        double accuracy = training.Json.GetProperty("test_accuracy").GetDouble();
        accuracy.ShouldBeGreaterThan(0.3); // chance is 0.1

        JsonElement eval = sandbox.Run("eval", "@trained.onnx", "--data", data, "--json").ShouldExit(ExitCode.Done).Json;
        eval.GetProperty("accuracy").GetDouble().ShouldBe(accuracy);
        eval.GetProperty("samples").GetInt32().ShouldBe(40);
        eval.GetProperty("errors").GetInt32().ShouldBe((int)Math.Round(40 * (1 - accuracy)));
        eval.GetProperty("bytes").GetInt64().ShouldBe(new FileInfo(sandbox.At("trained.onnx")).Length);

        Result compression = sandbox.Run(
            "compress", "@trained.onnx", "--data", data, "-o", "@small.pare", "--json",
            "-m", "prune.magnitude:sparsity=0.9,retrain.epochs=1,retrain.batch-size=16", "-m", "cluster.kmeans:bits=4").ShouldExit(ExitCode.Done);
        compression.Json.GetProperty("bytes").GetInt64().ShouldBe(new FileInfo(sandbox.At("small.pare")).Length);
        compression.Json.GetProperty("ratio").GetDouble().ShouldBeGreaterThan(20);
        JsonElement report = JsonDocument.Parse(File.ReadAllText(sandbox.At("small.report.json"))).RootElement;
        report.GetProperty("stages").GetArrayLength().ShouldBe(4);
        report.GetProperty("after").GetProperty("test").GetProperty("samples").GetInt32().ShouldBe(40);
        report.GetProperty("data").GetProperty("validationSamples").GetInt32().ShouldBe(32); // the split of the training, from the model's metadata

        double small = sandbox.Run("eval", "@small.pare", "--data", data, "--json").ShouldExit(ExitCode.Done).Json.GetProperty("accuracy").GetDouble();
        sandbox.Run("convert", "@small.pare", "@back.onnx").ShouldExit(ExitCode.Done);
        sandbox.Run("eval", "@back.onnx", "--data", data, "--json").ShouldExit(ExitCode.Done).Json.GetProperty("accuracy").GetDouble().ShouldBe(small);
    }

    [Fact]
    public void New_WithSettings_MakesThatFormOfTheNetwork()
    {
        using var sandbox = new Sandbox();
        JsonElement made = sandbox.Run("new", "mobilenet-v1", "--width", "0.25", "--resolution", "128", "-o", "@m.onnx", "--json").ShouldExit(ExitCode.Done).Json;
        made.GetProperty("parameters").GetInt64().ShouldBe(470_072);
        JsonElement info = sandbox.Run("info", "@m.onnx", "--json").ShouldExit(ExitCode.Done).Json;
        info.GetProperty("macs").GetInt64().ShouldBe(made.GetProperty("macs").GetInt64());
        sandbox.Run("new", "--help").ShouldExit(ExitCode.Done).Out.ShouldContain("shufflenet-v2");
    }

    [Fact]
    public void TrainAndEval_OfAnAutoencoder_MakeItsErrorSmall()
    {
        using var sandbox = new Sandbox();
        string data = sandbox.Digits();
        sandbox.Run("new", "deep-autoencoder", "--inputs", "784", "--hidden", "64", "-o", "@auto.onnx").ShouldExit(ExitCode.Done);
        double Error(string model) => sandbox.Run("eval", model, "--data", data, "--json").ShouldExit(ExitCode.Done).Json.GetProperty("mean_squared_error").GetDouble();

        Result training = sandbox.Run("train", "@auto.onnx", "--data", data, "-o", "@trained.onnx", "--epochs", "20", "--batch", "16", "--lr", "0.003", "--optimizer", "adam", "--json").ShouldExit(ExitCode.Done);

        JsonElement first = training.Json.GetProperty("epochs")[0];
        first.GetProperty("accuracy").ValueKind.ShouldBe(JsonValueKind.Null);
        double trained = Error("@trained.onnx");
        trained.ShouldBeLessThan(0.5 * Error("@auto.onnx"));
        trained.ShouldBeLessThan(first.GetProperty("validation_loss").GetDouble());
        sandbox.Run("train", "@auto.onnx", "--data", data, "--test").ShouldExit(ExitCode.Usage).Error.ShouldContain("--test counts wrong classes");
    }

    [Fact]
    public void Compress_WithoutData_PrintsStagesAndLayers()
    {
        using var sandbox = new Sandbox();
        string model = sandbox.Network();
        Result result = sandbox.Run("compress", model, "-o", "@x.pare", "--recipe", "deep-compression-without-data").ShouldExit(ExitCode.Done);
        result.Out.ShouldContain("Stage by stage");
        result.Out.ShouldContain("prune.magnitude");
        result.Out.ShouldContain("Layer by layer");
        result.Out.ShouldContain("sparse(codebook)");
        result.Out.ShouldNotContain("validation error");
        sandbox.Files().ShouldBe(["net.onnx", "x.pare", "x.report.json"]);
    }

    [Fact]
    public void Info_OfACompressedModel_AddsUpToTheFile()
    {
        using var sandbox = new Sandbox();
        string model = sandbox.Network();
        sandbox.Run("compress", model, "-o", "@x.pare", "-m", "cluster.kmeans:bits=3").ShouldExit(ExitCode.Done);
        JsonElement info = sandbox.Run("info", "@x.pare", "--json").ShouldExit(ExitCode.Done).Json;
        info.GetProperty("parameters").GetInt64().ShouldBe(266_610);
        info.GetProperty("macs").GetInt64().ShouldBe(266_200);
        info.GetProperty("bytes").GetInt64().ShouldBe(new FileInfo(sandbox.At("x.pare")).Length);
        info.GetProperty("layers").EnumerateArray().Sum(l => l.GetProperty("bytes").GetInt64()).ShouldBeInRange(info.GetProperty("bytes").GetInt64() / 2, info.GetProperty("bytes").GetInt64());
        sandbox.Run("info", "@x.pare").ShouldExit(ExitCode.Done).Out.ShouldContain("codebook");
    }

    [Fact]
    public void Run_OnASample_ShowsTheClassesAndWritesTheOutput()
    {
        using var sandbox = new Sandbox();
        string model = sandbox.Network();
        Result result = sandbox.Run("run", model, "--data", "digits", "--sample", "7", "--top", "3", "-o", "@y.npy", "--json").ShouldExit(ExitCode.Done);
        result.Json.GetProperty("classes").GetArrayLength().ShouldBe(3);
        byte[] file = File.ReadAllBytes(sandbox.At("y.npy"));
        file.Length.ShouldBe(64 * 2 + 10 * sizeof(float));
        file[..6].ShouldBe([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y']);
        sandbox.Run("run", model, "--random").ShouldExit(ExitCode.Done).Out.ShouldContain("probability");
    }

    [Fact]
    public void Bench_OfTwoModels_GivesMediansAndMemory()
    {
        using var sandbox = new Sandbox();
        string model = sandbox.Network();
        JsonElement one = sandbox.Run("bench", model, "--seconds", "0.05", "--threads", "1", "--batch", "2", "--json").ShouldExit(ExitCode.Done).Json;
        one.GetProperty("median_ms").GetDouble().ShouldBeGreaterThan(0);
        one.GetProperty("threads").GetInt32().ShouldBe(1);
        one.GetProperty("batch").GetInt32().ShouldBe(2);
        one.GetProperty("arena_bytes").GetInt64().ShouldBeGreaterThan(2 * 4 * (784 + 300));
        sandbox.Run("bench", model, model, "--seconds", "0.05", "--json").ShouldExit(ExitCode.Done).Json.GetProperty("models").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public void Check_OfAGoodModel_ListsKernels()
    {
        using var sandbox = new Sandbox();
        string model = sandbox.Network();
        sandbox.Run("check", model).ShouldExit(ExitCode.Done).Out.ShouldContain("Gemm");
        sandbox.Run("check", model, "--json").Json.GetProperty("runs").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public void Demo_OnAFewDigits_LeavesItsFilesAndSaysWhatToTry()
    {
        using var sandbox = new Sandbox();
        Result result = sandbox.Run("demo", "-o", "@demo", "--samples", "200", "--epochs", "1").ShouldExit(ExitCode.Done);
        foreach (string file in new[] { "model.onnx", "model.pare", "model.report.json", "recipe.yaml" })
            File.Exists(Path.Combine(sandbox.At("demo"), file)).ShouldBeTrue(file);
        result.Out.ShouldContain("test error");
        result.Out.ShouldContain("./pare eval");
        result.Error.ShouldContain("Training LeNet-5");
    }

    [Theory]
    [InlineData("data", "list")]
    [InlineData("new", "--list")]
    [InlineData("compress", "--list")]
    public void Json_OfLists_IsOneVersionedObject(params string[] line)
    {
        using var sandbox = new Sandbox();
        JsonElement json = sandbox.Run([.. line, "--json"]).ShouldExit(ExitCode.Done).Json;
        json.GetProperty("version").GetInt32().ShouldBe(1);
        json.GetProperty("verb").GetString()!.ShouldStartWith(line[0]);
    }

    [Fact]
    public void DataList_WithPareData_SeesTheFiles()
    {
        using var sandbox = new Sandbox();
        static bool Here(Result result, string name) =>
            result.Json.GetProperty("sets").EnumerateArray().First(s => s.GetProperty("name").GetString() == name).GetProperty("here").GetBoolean();
        Here(sandbox.Run("data", "list", "--json"), "mnist").ShouldBeFalse();
        string folder = Directory.CreateDirectory(sandbox.At("sets/mnist")).FullName;
        foreach (string file in new[] { "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte.br", "t10k-labels-idx1-ubyte" })
            File.WriteAllText(Path.Combine(folder, file), "");
        Here(sandbox.With("PARE_DATA", $"/nowhere{Path.PathSeparator}{sandbox.At("sets")}").Run("data", "list", "--json"), "mnist").ShouldBeTrue();
    }
}
