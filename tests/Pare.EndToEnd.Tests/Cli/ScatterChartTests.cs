using Pare.Cli.Output;

namespace Pare.EndToEnd.Tests.Cli;

public class ScatterChartTests
{
    private static string[] Draw(int width, double top, params (double Cost, double Error, char Mark)[] points)
    {
        var chart = new ScatterChart(y => y.ToString("0.0"), x => x.ToString("0")) { Level = 2, Top = top };
        foreach ((double cost, double error, char mark) in points) chart.Add(cost, error, mark);
        return [.. chart.Lines(width)];
    }

    [Fact]
    public void Lines_OfThreePoints_PutsThemWhereTheyBelong()
    {
        string[] lines = Draw(26, double.PositiveInfinity, (10, 4, 'o'), (20, 2.5, '*'), (30, 1, 'O'));
        lines.Length.ShouldBe(15);
        lines[0].ShouldBe("4.0 ┤o");
        lines[6].ShouldBe("    │          *"); // half of the height, half of the width
        lines[8].ShouldBe("2.0 ┤· · · · · · · · · ·");
        lines[12].ShouldBe("1.0 ┤                   O");
        lines[13].ShouldBe("    └────────────────────");
        lines[14].ShouldBe("     10                30");
    }

    [Fact]
    public void Lines_OfAPointFarAbove_MarksItAtTheTop() => Draw(26, 3, (10, 90, 'o'), (30, 1, 'O'))[0].ShouldBe("3.0 ┤^");

    [Fact]
    public void Lines_OfWideCosts_AreSpacedByRatio()
    {
        string[] lines = Draw(60, 9, (1, 3, 'o'), (100, 2.5, '*'), (10_000, 1, 'O'));
        lines[^1].ShouldContain("(spaced by ratio)");
        lines.Single(l => l.Contains('*')).IndexOf('*').ShouldBeInRange(31, 34); // 100 is the middle
    }

    [Fact]
    public void Lines_OfOnePointOrNone_DoNotFail()
    {
        Draw(26, 9, (5, 2, 'O')).ShouldContain(l => l.Contains('O'));
        Draw(5, 9, (0, 2, 'O'), (0, 2, 'S')).ShouldContain(l => l.Contains('S'));
        Draw(26, 9).ShouldBeEmpty();
    }
}
