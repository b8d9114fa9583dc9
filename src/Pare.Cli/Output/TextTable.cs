using System.Text;

namespace Pare.Cli.Output;

/// <summary>A table in plain text: two spaces between columns, a line under the heads, numbers to the right, nothing at the ends of lines.</summary>
/// <remarks>Where it is wider than the terminal, the widest left-aligned column is cut with "…"; into a file it goes whole.</remarks>
internal sealed class TextTable
{
    private const string Gap = "  ";
    private const int NarrowestCut = 8;
    private readonly List<(string Head, bool Right)> _columns = [];
    private readonly List<string[]?> _rows = [];

    /// <summary>Adds a column of words.</summary>
    public TextTable Left(string head) => Column(head, right: false);

    /// <summary>Adds a column of numbers.</summary>
    public TextTable Right(string head) => Column(head, right: true);

    /// <summary>Adds a row; cells that are missing are empty.</summary>
    public TextTable Row(params ReadOnlySpan<string> cells)
    {
        var row = new string[_columns.Count];
        for (int i = 0; i < row.Length; i++) row[i] = i < cells.Length ? cells[i] : "";
        _rows.Add(row);
        return this;
    }

    /// <summary>Adds a line across, as above a sum.</summary>
    public TextTable Rule()
    {
        _rows.Add(null);
        return this;
    }

    /// <summary>The lines of the table.</summary>
    /// <param name="width">Columns that there are; <see cref="int.MaxValue"/> cuts nothing.</param>
    public IEnumerable<string> Lines(int width = int.MaxValue)
    {
        int[] widths = Fit(width);
        if (_columns.Any(c => c.Head.Length > 0))
        {
            yield return Line([.. _columns.Select(c => c.Head)], widths);
            yield return Across(widths);
        }
        foreach (string[]? row in _rows) yield return row is null ? Across(widths) : Line(row, widths);
    }

    private TextTable Column(string head, bool right)
    {
        _columns.Add((head, right));
        return this;
    }

    private int[] Fit(int width)
    {
        int[] widths = [.. _columns.Select((c, i) => _rows.Max(r => r?[i].Length ?? 0) is int longest ? Math.Max(longest, c.Head.Length) : 0)];
        int Excess() => widths.Sum() + Gap.Length * (widths.Length - 1) - width;
        while (Excess() > 0)
        {
            int widest = Enumerable.Range(0, widths.Length).Where(i => !_columns[i].Right).DefaultIfEmpty(-1).MaxBy(i => i < 0 ? 0 : widths[i]);
            if (widest < 0 || widths[widest] <= NarrowestCut) break;
            int next = Enumerable.Range(0, widths.Length).Where(i => !_columns[i].Right && i != widest).Select(i => widths[i]).DefaultIfEmpty(0).Max();
            widths[widest] = Math.Max(Math.Max(NarrowestCut, widths[widest] - Excess()), Math.Min(next, widths[widest] - 1));
        }
        return widths;
    }

    private static string Across(int[] widths) => string.Join(Gap, widths.Select(w => new string('─', w)));

    private string Line(string[] cells, int[] widths)
    {
        var line = new StringBuilder();
        for (int i = 0; i < cells.Length; i++)
        {
            if (i > 0) line.Append(Gap);
            string cell = cells[i].Length <= widths[i] ? cells[i] : cells[i][..(widths[i] - 1)] + "…";
            line.Append(_columns[i].Right ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]));
        }
        return line.ToString().TrimEnd();
    }
}
