using System.Text;

namespace Pare.Cli.Output;

/// <summary>A table in plain text: two spaces between columns, a line under the heads, numbers to the right, nothing at the ends of lines.</summary>
/// <remarks>Where it is wider than the terminal, a last column of words is wrapped and the widest others are cut with "…"; into a file it goes whole.</remarks>
internal sealed class TextTable
{
    private const string Gap = "  ";
    private const int NarrowestCut = 8, NarrowestWrap = 16;
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
            foreach (string line in Lines([.. _columns.Select(c => c.Head)], widths)) yield return line;
            yield return Across(widths);
        }
        foreach (string[]? row in _rows)
            foreach (string line in row is null ? [Across(widths)] : Lines(row, widths))
                yield return line;
    }

    private TextTable Column(string head, bool right)
    {
        _columns.Add((head, right));
        return this;
    }

    private int[] Fit(int width)
    {
        int[] widths = [.. _columns.Select((c, i) => _rows.Select(r => r?[i].Length ?? 0).Append(c.Head.Length).Max())];
        int excess = widths.Sum() + Gap.Length * (widths.Length - 1) - width;
        int last = widths.Length - 1;
        if (excess > 0 && !_columns[last].Right && widths[last] > NarrowestWrap)
        {
            int narrower = Math.Max(NarrowestWrap, widths[last] - excess);
            excess -= widths[last] - narrower;
            widths[last] = narrower;
        }
        for (; excess > 0; excess--)
        {
            int widest = Enumerable.Range(0, last).Where(i => !_columns[i].Right && widths[i] > NarrowestCut).DefaultIfEmpty(-1).MaxBy(i => i < 0 ? 0 : widths[i]);
            if (widest < 0) break;
            widths[widest]--;
        }
        return widths;
    }

    private static string Across(int[] widths) => string.Join(Gap, widths.Select(w => new string('─', w)));

    private IEnumerable<string> Lines(string[] cells, int[] widths)
    {
        int last = cells.Length - 1;
        string[] wrapped = _columns[last].Right || cells[last].Length <= widths[last] ? [cells[last]] : [.. WordWrap.Lines(cells[last], widths[last])];
        for (int line = 0; line < wrapped.Length; line++)
        {
            var text = new StringBuilder();
            for (int i = 0; i <= last; i++)
            {
                if (i > 0) text.Append(Gap);
                string cell = i == last ? wrapped[line] : line > 0 ? "" : cells[i];
                if (cell.Length > widths[i]) cell = cell[..(widths[i] - 1)] + "…";
                text.Append(_columns[i].Right ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]));
            }
            yield return text.ToString().TrimEnd();
        }
    }
}
