using System.Text;
using Pare.Compression.Search;
using Pare.Compression.Tests.Data;

namespace Pare.Compression.Tests.Search;

public class RunJournalTests
{
    private static void Write(string path, params TrialResult[] results)
    {
        using RunJournal journal = RunJournal.Open(path);
        foreach (TrialResult result in results) journal.Append(result);
    }

    [Fact]
    public void Append_AndOpenAgain_GivesTheSameResults()
    {
        using var folder = new TempFolder();
        string path = folder.At("journal.jsonl");
        TrialResult[] results =
        [
            TrialResult.Of(SearchFakes.Trial("bits-3", "cluster.kmeans:bits=3")) with { Measure = SearchFakes.Measure(7, 100), Seconds = 1.5, Note = "a note" },
            SearchFakes.Result("bits-4", -1, 0) with { Error = "two\nlines" },
        ];
        Write(path, results);
        File.ReadAllLines(path).Length.ShouldBe(2);
        using RunJournal journal = RunJournal.Open(path);
        journal.Results.ShouldBe(results);
        journal.Find(results[0].Trial).ShouldBe(results[0]);
        journal.Find(ContentHash.OfText("another")).ShouldBeNull();
    }

    [Fact]
    public void Open_LastLineTornAnywhere_DropsItAlone()
    {
        using var folder = new TempFolder();
        string path = folder.At("journal.jsonl");
        TrialResult a = SearchFakes.Result("a", 1, 10), b = SearchFakes.Result("b", 2, 20), c = SearchFakes.Result("c", 3, 30);
        Write(path, a, b);
        byte[] whole = File.ReadAllBytes(path);
        int first = whole.AsSpan().IndexOf((byte)'\n') + 1;
        for (int length = first; length < whole.Length; length += 13)
        {
            File.WriteAllBytes(path, whole[..length]);
            Write(path, c);
            using RunJournal journal = RunJournal.Open(path);
            journal.Results.ShouldBe([a, c], $"torn at {length}");
        }
        File.WriteAllBytes(path, whole[..^1]); // the line is whole, only its end is not
        Write(path, c);
        using RunJournal last = RunJournal.Open(path);
        last.Results.ShouldBe([a, b, c]);
    }

    [Fact]
    public void Open_LastLineOfZeros_DropsIt()
    {
        using var folder = new TempFolder();
        string path = folder.At("journal.jsonl");
        Write(path, SearchFakes.Result("a", 1, 10));
        File.AppendAllText(path, "\0\0\0\0");
        using RunJournal journal = RunJournal.Open(path);
        journal.Results.Single().Name.ShouldBe("a");
    }

    [Theory]
    [InlineData("{broken\n{}\n", "line 1")]
    [InlineData("[]\n{}\n", "line 1")]
    [InlineData("{\"version\":9,\"trial\":\"aa\"}\n", "version 9; 1 is read")]
    [InlineData("null\n", "version null")]
    public void Open_BadLine_NamesIt(string text, string expected)
    {
        using var folder = new TempFolder();
        string path = folder.Write("journal.jsonl", Encoding.UTF8.GetBytes(text));
        Should.Throw<ModelException>(() => RunJournal.Open(path)).Message.ShouldContain(expected);
        File.ReadAllText(path).ShouldBe(text);
    }

    [Fact]
    public void Open_WhileAnotherHasIt_SaysSo()
    {
        using var folder = new TempFolder();
        using RunJournal journal = RunJournal.Open(folder.At("journal.jsonl"));
        Should.Throw<IOException>(() => RunJournal.Open(folder.At("journal.jsonl"))).Message.ShouldContain("another search");
    }

    [Fact]
    public void Require_OfAnotherSearch_Throws()
    {
        using var folder = new TempFolder();
        using RunJournal journal = RunJournal.Open(folder.At("journal.jsonl"));
        Trial trial = SearchFakes.Trial("bits-3", "cluster.kmeans:bits=3");
        journal.Append(TrialResult.Of(trial));
        journal.Require([trial, SearchFakes.Trial("bits-4", "cluster.kmeans:bits=4")]);
        Should.Throw<RecipeException>(() => journal.Require([SearchFakes.Trial("bits-4", network: "another")])).Message.ShouldContain("of another model");
        Should.Throw<RecipeException>(() => journal.Require([trial with { Data = ContentHash.OfText("other") }])).Message.ShouldContain("of other data");
        Should.Throw<RecipeException>(() => journal.Require([SearchFakes.Trial("bits-3", "cluster.kmeans:bits=3", seed: 2)])).Message.ShouldContain("of other settings ('bits-3'");
    }
}
