using System.Text.Json;
using Pare.Cli;

namespace Pare.EndToEnd.Tests.Cli;

public class SearchTests
{
    private const string Retrain = "retrain.epochs=1,retrain.batch-size=16";

    /// <summary>A network that has learned a little, so that points differ.</summary>
    private static (string Model, string Data) Trained(Sandbox sandbox)
    {
        string model = sandbox.Network(), data = sandbox.Digits();
        sandbox.Run("train", model, "--data", data, "-o", "@trained.onnx", "--epochs", "4", "--batch", "16", "--validation", "32").ShouldExit(ExitCode.Done);
        return (sandbox.At("trained.onnx"), data);
    }

    private static string[] Lines(Sandbox sandbox, string folder) => File.ReadAllLines(Path.Combine(sandbox.At(folder), "journal.jsonl"));

    [Fact]
    public void Search_OverWidth_GivesTheCurveAndTheSaturationPoint()
    {
        using var sandbox = new Sandbox();
        (string model, string data) = Trained(sandbox);
        Result result = sandbox.Run(
            "search", model, "-m", "rewrite.width:" + Retrain, "--retrain", "teacher-share=0.5,learning-rate=0.02", "--over", "0.25..1", "--points", "4",
            "--max-drop", "20", "--data", data, "-o", "@s", "--test", "--json").ShouldExit(ExitCode.Done);
        result.Error.ShouldContain("rewrite.width: 'width' goes over 0.25, 0.5, 0.75, 1.");
        result.Error.ShouldContain("1/4 original ...");
        result.Error.ShouldContain("3 of 4 trials are done, about ");

        JsonElement report = result.Json.GetProperty("report");
        JsonElement original = report.GetProperty("original").GetProperty("measure");
        original.GetProperty("macs").GetInt64().ShouldBe(266_200);
        JsonElement[] points = [.. report.GetProperty("points").EnumerateArray()];
        points.Select(p => p.GetProperty("value").GetDouble()).ShouldBe([0.25, 0.5, 0.75, 1]);
        // 784 inputs, 300 and 100 channels narrowed, 10 classes
        points.Select(p => p.GetProperty("result").GetProperty("measure").GetProperty("macs").GetInt64())
            .ShouldBe([(784 * 75) + (75 * 25) + 250, (784 * 150) + (150 * 50) + 500, (784 * 225) + (225 * 75) + 750, 266_200]);
        points[3].GetProperty("drop").GetDouble().ShouldBe(0);
        points[3].GetProperty("result").GetProperty("trial").GetString().ShouldBe(report.GetProperty("original").GetProperty("trial").GetString());
        report.GetProperty("cost").GetString().ShouldBe("Macs");

        // The saturation point by its definition, from the report's own numbers.
        double saturation = points.Where(p => p.GetProperty("drop").GetDouble() <= 20 + 1e-9).Min(p => p.GetProperty("value").GetDouble());
        result.Json.GetProperty("saturation").GetDouble().ShouldBe(saturation);
        JsonElement chosen = points.Single(p => p.GetProperty("value").GetDouble() == saturation).GetProperty("result");
        string best = Path.Combine(sandbox.At("s"), "best.pare");
        File.ReadAllBytes(best).ShouldBe(File.ReadAllBytes(Path.Combine(sandbox.At("s"), chosen.GetProperty("name").GetString() + ".pare")));
        chosen.GetProperty("measure").GetProperty("bytes").GetInt64().ShouldBe(new FileInfo(best).Length);

        // What the search says of the chosen point is what 'eval' and 'info' say of its file.
        JsonElement test = sandbox.Run("eval", best, "--data", data, "--json").ShouldExit(ExitCode.Done).Json;
        report.GetProperty("test").GetProperty("errors").GetInt64().ShouldBe(test.GetProperty("errors").GetInt64());
        JsonElement validation = sandbox.Run("eval", best, "--data", data, "--split", "validation", "--json").ShouldExit(ExitCode.Done).Json;
        chosen.GetProperty("measure").GetProperty("validation").GetProperty("errors").GetInt64().ShouldBe(validation.GetProperty("errors").GetInt64());
        sandbox.Run("info", best, "--json").Json.GetProperty("parameters").GetInt64().ShouldBe(chosen.GetProperty("measure").GetProperty("parameters").GetInt64());

        Lines(sandbox, "s").Length.ShouldBe(4);
        JsonDocument.Parse(File.ReadAllText(Path.Combine(sandbox.At("s"), "search.json"))).RootElement.GetProperty("version").GetInt32().ShouldBe(1);
    }

    [Fact]
    public void Search_OverSparsity_CountsBytesAndPrintsTheCurve()
    {
        using var sandbox = new Sandbox();
        (string model, string data) = Trained(sandbox);
        Result result = sandbox.Run("search", model, "-m", "prune.magnitude", "-m", "cluster.kmeans", "--over", "sparsity=0.5,0.9,0.99", "--data", data, "-o", "@s", "--max-drop", "100").ShouldExit(ExitCode.Done);
        result.Out.ShouldContain("prune.magnitude over sparsity");
        result.Out.ShouldContain("Validation error against bytes");
        result.Out.ShouldContain("saturation point");
        result.Out.ShouldContain("The saturation point is sparsity = 0.99");
        result.Out.Split('\n').ShouldContain(l => l.StartsWith("original", StringComparison.Ordinal) && l.Contains("266,610", StringComparison.Ordinal));
        result.Error.ShouldNotContain("test set is read");
        File.Exists(Path.Combine(sandbox.At("s"), "sparsity-0.99.pare")).ShouldBeTrue();
    }

    [Fact]
    public void Search_Resumed_RunsOnlyWhatIsMissingAndGivesTheSame()
    {
        using var sandbox = new Sandbox();
        (string model, string data) = Trained(sandbox);
        string[] search = ["search", model, "-m", "prune.magnitude:" + Retrain, "--over", "sparsity=0.5,0.9", "--data", data, "--max-drop", "100"];
        sandbox.Run([.. search, "-o", "@whole"]).ShouldExit(ExitCode.Done);

        using var cancel = new CancellationTokenSource();
        using var error = new StopAfter("3/3 sparsity-0.9", cancel);
        using var output = new StringWriter();
        sandbox.RunOn(sandbox.Host(output, error), cancel.Token, [.. search, "-o", "@broken"]).ShouldBe(ExitCode.Cancelled, error.ToString());
        error.ToString().ShouldContain("2 of 3 trials are done and kept");
        output.ToString().ShouldBeEmpty();
        Lines(sandbox, "broken").Length.ShouldBe(2);
        File.Exists(Path.Combine(sandbox.At("broken"), "sparsity-0.9.pare")).ShouldBeFalse();
        sandbox.Run([.. search, "-o", "@broken"]).ShouldExit(ExitCode.Usage).Error.ShouldContain("--resume");

        File.AppendAllText(Path.Combine(sandbox.At("broken"), "journal.jsonl"), "{\"version\":1,\"tri"); // as a crash leaves it
        Result resumed = sandbox.Run([.. search, "-o", "@broken", "--resume", "--threads", "1"]).ShouldExit(ExitCode.Done);
        resumed.Error.ShouldContain("2/3 sparsity-0.5: known from the journal");
        resumed.Error.ShouldContain("3/3 sparsity-0.9 ...");
        foreach (string file in new[] { "original.pare", "sparsity-0.5.pare", "sparsity-0.9.pare", "best.pare" })
            File.ReadAllBytes(Path.Combine(sandbox.At("broken"), file)).ShouldBe(File.ReadAllBytes(Path.Combine(sandbox.At("whole"), file)), file);

        sandbox.Run([.. search, "-o", "@broken", "--resume", "--seed", "9"]).ShouldExit(ExitCode.Usage).Error.ShouldContain("of other settings");
        search[1] = sandbox.Network("other.onnx");
        sandbox.Run([.. search, "-o", "@broken", "--resume"]).ShouldExit(ExitCode.Usage).Error.ShouldContain("of another model");
    }

    [Fact]
    public void Search_NothingGoodEnough_ExitsWithThreeAndSavesTheBest()
    {
        using var sandbox = new Sandbox();
        (string model, string data) = Trained(sandbox);
        Result result = sandbox.Run("search", model, "-m", "prune.magnitude", "--over", "0.999,1", "--data", data, "-o", "@s").ShouldExit(ExitCode.GoalMissed);
        result.Error.ShouldContain("No point is within 0.5 percentage points");
        result.Out.ShouldContain("fewest errors");
        File.Exists(Path.Combine(sandbox.At("s"), "best.pare")).ShouldBeTrue();
    }

    [Fact]
    public void Search_TrialsThatDiverge_AreNotedAndTheOthersGoOn()
    {
        using var sandbox = new Sandbox();
        (string model, string data) = Trained(sandbox);
        string[] search = ["search", model, "-m", "retrain:epochs=1,batch-size=16", "--data", data, "--max-drop", "100"];
        Result result = sandbox.Run([.. search, "--over", "learning-rate=1000,0.01", "-o", "@s", "--json"]).ShouldExit(ExitCode.Done);
        JsonElement[] points = [.. result.Json.GetProperty("report").GetProperty("points").EnumerateArray()];
        points[0].GetProperty("result").GetProperty("error").GetString()!.ShouldContain("Retraining failed");
        result.Json.GetProperty("chosen").GetDouble().ShouldBe(0.01);

        Result all = sandbox.Run([.. search, "--over", "learning-rate=1000", "-o", "@t"]).ShouldExit(ExitCode.Error);
        all.Error.ShouldContain("Every trial failed");
        all.Out.ShouldContain("failed: Retraining failed");
        File.Exists(Path.Combine(sandbox.At("t"), "best.pare")).ShouldBeFalse();
    }

    [Fact]
    public void Search_OfARecipe_ReplacesWhatItSays()
    {
        using var sandbox = new Sandbox();
        (string model, string data) = Trained(sandbox);
        File.WriteAllText(sandbox.At("r.yaml"), $"data: {data}\nsteps:\n  - {{method: cluster.kmeans, bits: 5}}\ncontainer: {{entropy: none}}\n");
        Result result = sandbox.Run("search", model, "-r", "@r.yaml", "--over", "1..3", "--max-drop", "100", "-o", "@s", "--json").ShouldExit(ExitCode.Done);
        result.Error.ShouldContain("'bits' is 5 in the recipe; what is said here takes its place");
        result.Json.GetProperty("report").GetProperty("points").EnumerateArray().Select(p => p.GetProperty("value").GetDouble()).ShouldBe([1, 2, 3]);
        foreach (JsonElement point in result.Json.GetProperty("report").GetProperty("points").EnumerateArray())
            point.GetProperty("result").GetProperty("measure").GetProperty("rawBytes").GetInt64().ShouldBe(point.GetProperty("result").GetProperty("measure").GetProperty("bytes").GetInt64());
    }

    [Fact]
    public void Search_WhereItCannotWork_SaysSoBeforeAnyWork()
    {
        using var sandbox = new Sandbox();
        string model = sandbox.Network(), data = sandbox.Digits();
        string[] search = ["search", model, "--data", data, "-m"];
        sandbox.Run([.. search, "rewrite.width:multiple=1000", "--over", "width=0.5", "-o", "@s"]).ShouldExit(ExitCode.Usage).Error.ShouldContain("fits nowhere");
        sandbox.Run([.. search, "prune.magnitude:layers=[conv*]", "--over", "0.5", "-o", "@s"]).ShouldExit(ExitCode.Usage).Error.ShouldContain("conv*");
        sandbox.Run([.. search, "prune.magnitude", "--over", "0.5", "-o", "/proc/s"]).ShouldExit(ExitCode.Error).Error.ShouldContain("/proc/s");
        sandbox.Run([.. search, "prune.magnitude", "--over", "0.5", "-o", model]).ShouldExit(ExitCode.Usage).Error.ShouldContain("is a file; expected a folder");
        sandbox.Run([.. search, "prune.magnitude", "--over", "0.5", "-o", "@s", "--resume"]).ShouldExit(ExitCode.Usage).Error.ShouldContain("there is no journal");
        sandbox.Run("search", model, "--data", sandbox.At("nowhere"), "-m", "prune.magnitude", "--over", "0.5", "-o", "@s").ShouldExit(ExitCode.Error).Error.ShouldContain("nowhere");
        Directory.Exists(sandbox.At("s")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("--over 0.5 -o s", "--recipe")]
    [InlineData("-m rewrite.width -o s", "needs --over")]
    [InlineData("-m rewrite.width --over 0.5", "needs --output")]
    [InlineData("-m rewrite.width --over 0.5 -o s", "--data")]
    [InlineData("-m rewrite.width --over 0.25..2 -o s", "from 0.001 to 1")]
    [InlineData("-m rewrite.width --over 1..0.25 -o s", "runs backwards")]
    [InlineData("-m rewrite.width --over importance=l1 -o s", "a grid goes over a number")]
    [InlineData("-m rewrite.width --over wdth=1 -o s", "Did you mean 'width'?")]
    [InlineData("-m rewrite.width --over 0..1 --points 1 -o s", "expected 2 to 1000")]
    [InlineData("-m rewrite.width --over 0.1..1 --spacing lgo -o s", "Did you mean 'log'?")]
    [InlineData("-m rewrite.width --over 0.5 --cost macz -o s", "Did you mean 'macs'?")]
    [InlineData("-m rewrite.width --over 0.5 --max-drop -1 -o s", "--max-drop is -1")]
    [InlineData("-m rewrite.width --over 0.5 --retrain epochs -o s", "--retrain has 'epochs'")]
    [InlineData("-m rewrite.width --over 0.5 --retrain epoch=1 -o s", "There is no setting 'epoch'")]
    [InlineData("-m prune.magnitude:density=0.5 --over sparsity=0.5 --data digits -o s", "say the same thing")]
    public void Search_WrongUsage_SaysWhatIsExpected(string line, string expected)
    {
        using var sandbox = new Sandbox();
        Result result = sandbox.Run(["search", "m.onnx", .. line.Split(' ')]).ShouldExit(ExitCode.Usage);
        result.Error.ShouldContain(expected);
        result.Out.ShouldBeEmpty();
    }
}
