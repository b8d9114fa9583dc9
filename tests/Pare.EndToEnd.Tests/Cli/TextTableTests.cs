using Pare.Cli.Output;

namespace Pare.EndToEnd.Tests.Cli;

public class TextTableTests
{
    [Fact]
    public void Lines_OfWordsAndNumbers_AreAlignedWithoutTrailingSpaces()
    {
        TextTable table = new TextTable().Left("name").Right("bytes").Left("note").Row("a", "1,000", "x").Rule().Row("sum", "12");
        table.Lines().ShouldBe(["name  bytes  note", "────  ─────  ────", "a     1,000  x", "────  ─────  ────", "sum      12"]);
    }

    [Fact]
    public void Lines_WiderThanTheTerminal_WrapTheLastColumnOfWords()
    {
        TextTable table = new TextTable().Left("name").Left("what it is").Row("digits", "ten thousand handwritten digits of the training set");
        string[] lines = [.. table.Lines(30)];
        lines.ShouldAllBe(l => l.Length <= 30);
        lines[2].ShouldStartWith("digits  ten thousand");
        string.Join(' ', lines[2..].Select(l => l[8..])).ShouldBe("ten thousand handwritten digits of the training set");
    }

    [Fact]
    public void Lines_WiderThanTheTerminal_CutTheWidestOtherColumn()
    {
        TextTable table = new TextTable().Left("layer").Right("bytes").Row(new string('x', 60), "1");
        table.Lines(30).ShouldAllBe(l => l.Length <= 30);
        table.Lines(30).Last().ShouldContain("…");
        table.Lines().Last().ShouldContain(new string('x', 60));
    }
}
