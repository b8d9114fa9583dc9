using Pare.Compression.Search;
using Pare.Compression.Tests.Data;

namespace Pare.Compression.Tests.Search;

public class GridSearchTests
{
    private static SearchCurve Search(SearchFolder folder, FakeRunner runner, Grid grid, IProgress<SearchProgress>? progress = null, CancellationToken cancel = default)
    {
        using RunJournal journal = RunJournal.Open(folder.Journal);
        return new GridSearch(runner, journal, folder).RunAsync(grid, progress, cancel).GetAwaiter().GetResult();
    }

    [Fact]
    public void Run_AndAgain_RunsOnlyWhatIsNew()
    {
        using var temp = new TempFolder();
        var folder = new SearchFolder(temp.Path);
        FakeRunner first = new(folder), second = new(folder), third = new(folder);
        Search(folder, first, SearchFakes.Grid(2, 3));
        first.Ran.ShouldBe(["original", "bits-2", "bits-3"]);

        SearchCurve curve = Search(folder, second, SearchFakes.Grid(2, 3, 4));
        second.Ran.ShouldBe(["bits-4"]);
        curve.Points.Select(p => (p.Value, p.Result.Name)).ShouldBe([(2, "bits-2"), (3, "bits-3"), (4, "bits-4")]);

        File.Delete(folder.ModelOf("bits-3")); // a result without its model is none
        Search(folder, third, SearchFakes.Grid(2, 3, 4));
        third.Ran.ShouldBe(["bits-3"]);
    }

    [Fact]
    public void Run_FailingTrial_IsNotedAndTheSearchGoesOn()
    {
        using var temp = new TempFolder();
        var folder = new SearchFolder(temp.Path);
        var heard = new List<SearchProgress>();
        SearchCurve curve = Search(folder, new FakeRunner(folder, "bits-2"), SearchFakes.Grid(2, 3), new Heard(heard));
        curve.Points[0].Result.Error.ShouldBe("it diverged");
        curve.Measured.Single().Value.ShouldBe(3);
        heard.Select(p => (p.Number, p.Result is not null)).ShouldBe([(1, false), (1, true), (2, false), (2, true), (3, false), (3, true)]);

        var again = new FakeRunner(folder);
        Search(folder, again, SearchFakes.Grid(2, 3)).Points[0].Result.Error.ShouldBe("it diverged"); // it would again
        again.Ran.ShouldBeEmpty();
    }

    [Fact]
    public void Run_OriginalFails_Throws()
    {
        using var temp = new TempFolder();
        var folder = new SearchFolder(temp.Path);
        Should.Throw<ModelException>(() => Search(folder, new FakeRunner(folder, "original"), SearchFakes.Grid(2))).Message.ShouldContain("it diverged");
        File.ReadAllText(folder.Journal).ShouldBeEmpty();
    }

    [Fact]
    public void Run_Cancelled_KeepsWhatIsDone()
    {
        using var temp = new TempFolder();
        var folder = new SearchFolder(temp.Path);
        using var cancel = new CancellationTokenSource();
        var runner = new FakeRunner(folder) { Before = t => { if (t.Recipe.Name == "bits-3") cancel.Cancel(); } };
        Should.Throw<OperationCanceledException>(() => Search(folder, runner, SearchFakes.Grid(2, 3, 4), cancel: cancel.Token));
        File.ReadAllLines(folder.Journal).Length.ShouldBe(2);
        var again = new FakeRunner(folder);
        Search(folder, again, SearchFakes.Grid(2, 3, 4));
        again.Ran.ShouldBe(["bits-3", "bits-4"]);
    }

    [Fact]
    public void Run_PointsThatAreTheOriginal_ShareItsTrial()
    {
        using var temp = new TempFolder();
        var folder = new SearchFolder(temp.Path);
        var runner = new FakeRunner(folder);
        Grid grid = SearchFakes.Grid(2);
        SearchCurve curve = Search(folder, runner, grid with { Points = grid.Points.Add(new GridPoint(9, grid.Original)) });
        runner.Ran.ShouldBe(["original", "bits-2"]);
        curve.Points[1].Result.ShouldBe(curve.Original);
    }

    private sealed class Heard(List<SearchProgress> list) : IProgress<SearchProgress>
    {
        public void Report(SearchProgress value) => list.Add(value);
    }
}
