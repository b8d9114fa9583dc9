using System.Text;

namespace Pare.Cli.Output;

/// <summary>Points in plain text: errors upwards, costs to the right. Where the costs span more than a factor of ten they are spaced by ratio.</summary>
/// <param name="y">Writes a height.</param>
/// <param name="x">Writes a cost.</param>
internal sealed class ScatterChart(Func<double, string> y, Func<double, string> x)
{
    private const int Rows = 13, Widest = 78, Narrowest = 20, LogFrom = 10;
    private readonly List<(double X, double Y, char Mark)> _points = [];

    /// <summary>A height that is drawn as a dotted line; NaN for none.</summary>
    public double Level { get; init; } = double.NaN;

    /// <summary>Points above this height are drawn as '^' at the top.</summary>
    public double Top { get; init; } = double.PositiveInfinity;

    /// <summary>Adds a point; of several in one place the last is seen.</summary>
    public void Add(double cost, double height, char mark) => _points.Add((cost, height, mark));

    /// <summary>The lines of the chart.</summary>
    /// <param name="width">Columns that there are.</param>
    public IEnumerable<string> Lines(int width)
    {
        if (_points.Count == 0) yield break;
        double[] heights = [.. _points.Select(p => Math.Min(p.Y, Top)).Concat(double.IsNaN(Level) ? [] : [Level])];
        (double low, double high) = (heights.Min(), heights.Max());
        if (high == low) high = low + 0.001;
        (double least, double most) = (_points.Min(p => p.X), _points.Max(p => p.X));
        bool log = least > 0 && most / least > LogFrom;
        int labels = Enumerable.Range(0, Rows).Max(r => y(Height(r)).Length), columns = Math.Max(Narrowest, Math.Min(width, Widest) - labels - 3);

        var grid = new char[Rows, columns];
        for (int row = 0; row < Rows; row++)
            for (int column = 0; column < columns; column++)
                grid[row, column] = row == Row(Level) && column % 2 == 0 ? '·' : ' ';
        foreach ((double cost, double height, char mark) in _points) grid[Row(Math.Min(height, Top)), Column(cost)] = height > Top ? '^' : mark;

        for (int row = 0; row < Rows; row++)
        {
            bool labelled = row % 4 == 0;
            var line = new StringBuilder((labelled ? y(Height(row)) : "").PadLeft(labels)).Append(labelled ? " ┤" : " │");
            for (int column = 0; column < columns; column++) line.Append(grid[row, column]);
            yield return line.ToString().TrimEnd();
        }
        yield return $"{new string(' ', labels)} └{new string('─', columns)}";
        string left = x(least), right = most > least ? x(most) : "", middle = log ? "(spaced by ratio)" : "";
        int free = columns - left.Length - right.Length;
        yield return $"{new string(' ', labels + 2)}{left}{(middle.PadLeft((free + middle.Length) / 2)).PadRight(Math.Max(1, free))}{right}".TrimEnd();

        double Height(int row) => high - (high - low) * row / (Rows - 1);

        int Row(double height) => double.IsNaN(height) ? -1 : (int)Math.Round((high - height) / (high - low) * (Rows - 1));

        int Column(double cost) => most == least ? 0 : (int)Math.Round((columns - 1) * (log ? Math.Log(cost / least) / Math.Log(most / least) : (cost - least) / (most - least)));
    }
}
