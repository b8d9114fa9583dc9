using System.Text.RegularExpressions;

namespace Pare.EndToEnd.Tests.House;

/// <summary>Holds the order of projects and of the folders of <c>src/Pare</c> that docs/architecture.md states.</summary>
public partial class LayeringTests
{
    /// <summary>Each folder may see those before it. Sinks may see all of these and not each other.</summary>
    private static readonly string[] Order = ["Encodings", "Operators", "Passes", "Threading", "Kernels", "Lowering", "Runtime"];

    private static readonly string[] Sinks = ["Formats", "Inspection"];

    /// <summary>Nouns of the root that stand on top of everything: what a user opens, runs and saves.</summary>
    private static readonly string[] Facades = ["Session.cs", "ModelFile.cs"];

    [Fact]
    public void Folders_OfPare_SeeOnlyThoseBeforeThem()
    {
        var faults = new List<string>();
        string root = Path.Combine(Repository.Root, "src", "Pare");
        foreach (string file in Repository.Sources("src/Pare"))
        {
            string[] parts = Path.GetRelativePath(root, file).Split(Path.DirectorySeparatorChar);
            string folder = parts.Length == 1 ? "" : parts[0];
            if (folder.Length == 0 && Facades.Contains(parts[0])) continue;
            foreach (string seen in Using().Matches(File.ReadAllText(file)).Select(m => m.Groups["seen"].Value).Distinct())
                if (!MaySee(folder, seen)) faults.Add($"{string.Join('/', parts)} uses Pare.{seen}");
        }

        faults.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Pare", "")]
    [InlineData("Pare.Compression", "Pare")]
    [InlineData("Pare.Jit", "Pare")]
    [InlineData("Pare.Cli", "Pare.Compression Pare.Jit")]
    public void Projects_Reference_OnlyThoseBelow(string project, string references)
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, "src", project, $"{project}.csproj"));

        string.Join(" ", Reference().Matches(text).Select(m => m.Groups["project"].Value)).ShouldBe(references);
    }

    [Fact]
    public void ConsoleAndEnvironmentVariables_AreUsed_ByTheProgramAlone()
    {
        var faults = Repository.Sources("src")
            .Where(f => !f.Contains("Pare.Cli", StringComparison.Ordinal))
            .Where(f => Ambient().IsMatch(File.ReadAllText(f)))
            .Select(f => Path.GetRelativePath(Repository.Root, f));

        faults.ShouldBeEmpty();
    }

    [Fact]
    public void Files_AreShort_EnoughToRead()
    {
        string[] folders = ["src", "tests", "bench", "samples"];

        folders.Where(f => Directory.Exists(Path.Combine(Repository.Root, f))).SelectMany(Repository.Sources)
            .Where(f => File.ReadLines(f).Count() > 400)
            .Select(f => Path.GetRelativePath(Repository.Root, f)).ShouldBeEmpty();
    }

    private static bool MaySee(string folder, string seen)
    {
        if (seen == folder || !(Order.Contains(seen) || Sinks.Contains(seen))) return true;
        if (Sinks.Contains(folder)) return Order.Contains(seen);
        return Array.IndexOf(Order, seen) is >= 0 and int at && at < Array.IndexOf(Order, folder);
    }

    [GeneratedRegex(@"^using (static )?Pare\.(?<seen>\w+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Using();

    [GeneratedRegex(@"ProjectReference Include=""\.\./[^/]+/(?<project>[^""]+)\.csproj""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Reference();

    [GeneratedRegex(@"\bConsole\.|Environment\.(GetEnvironmentVariable|Exit|GetCommandLineArgs)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Ambient();
}
