using System.CommandLine;
using Pare.Cli;

namespace Pare.EndToEnd.Tests.Cli;

public class HelpTests
{
    public static TheoryData<string> Verbs()
    {
        var data = new TheoryData<string>();
        foreach (Verb verb in CommandCatalog.Create())
        {
            if (verb.Children.IsEmpty) data.Add(verb.Name);
            foreach (Verb child in verb.Children) data.Add($"{verb.Name} {child.Name}");
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Help_OfEachVerb_SaysEveryOptionAndItsDefault(string path)
    {
        using var sandbox = new Sandbox();
        Verb verb = Find(path);

        Result result = sandbox.Run([.. path.Split(' '), "--help"]).ShouldExit(ExitCode.Done);

        result.Error.ShouldBeEmpty();
        result.Out.ShouldContain(verb.Summary.Split(' ')[0]);
        foreach (Option option in verb.Symbols.OfType<Option>())
        {
            result.Out.ShouldContain(option.Name);
            option.Description.ShouldNotBeNullOrWhiteSpace(option.Name);
            bool says = option.Required || option is Option<bool> || option.Description!.Contains("Default", StringComparison.Ordinal)
                || option.Arity.MaximumNumberOfValues > 1 || NeedsNoDefault.Contains(option.Name);
            says.ShouldBeTrue($"{path} {option.Name}: the help does not say the default");
        }
        result.Out.Split('\n').ShouldAllBe(line => line.Length <= 110);
    }

    // Absent means that the thing itself is absent.
    private static readonly string[] NeedsNoDefault = ["--data", "--input", "--output", "--recipe"];

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Examples_OfEachVerb_ParseWithoutFault(string path)
    {
        Verb verb = Find(path);
        var line = new Pare.Cli.CommandLine(CommandCatalog.Create());
        verb.Examples.ShouldNotBeEmpty();
        foreach (string example in verb.Examples)
            line.Root.Parse(example.Split(' ')).Errors.Select(e => e.Message).ShouldBeEmpty(example);
    }

    [Fact]
    public void Help_OfTheProgram_ListsEveryVerbAndExitCode()
    {
        using var sandbox = new Sandbox();
        Result result = sandbox.Run("--help").ShouldExit(ExitCode.Done);
        foreach (string verb in Verbs()) result.Out.ShouldContain(verb);
        result.Out.ShouldContain("130 cancelled");
        result.Out.ShouldContain("PARE_DATA");
        sandbox.Run().Out.ShouldBe(result.Out);
    }

    [Fact]
    public void Version_Asked_IsPrintedAlone()
    {
        using var sandbox = new Sandbox();
        sandbox.Run("--version").ShouldExit(ExitCode.Done).Out.Trim().ShouldBe($"pare {Pare.Cli.CommandLine.ProgramVersion}");
    }

    private static Verb Find(string path)
    {
        string[] words = path.Split(' ');
        Verb verb = CommandCatalog.Create().First(v => v.Name == words[0]);
        return words.Length == 1 ? verb : verb.Children.First(v => v.Name == words[1]);
    }
}
