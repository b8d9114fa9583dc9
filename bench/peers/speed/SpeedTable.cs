using System.Globalization;

namespace Pare.Peers.Speed;

/// <summary>Prints lines as they come, and keeps them in a file; lines measured again replace the older ones.</summary>
/// <param name="file">The table; null: only printed.</param>
/// <param name="commit">Which source was measured.</param>
internal sealed class SpeedTable(string? file, string commit)
{
    private const string Head = "part\twork\tbatch\tthreads\tunit\tpare\tpeer\tpeer_name\tratio\tratio_low\tratio_high\tasked\tothers\tcommit";
    private bool _headed;

    /// <summary>Prints a line and keeps it.</summary>
    public void Add(Row row)
    {
        if (!_headed) Console.WriteLine($"{"",-50} {"batch",5} {"threads",7} {"Pare",10} {"peer",10} {"",5}  {"ratio",6} {"rounds' range",15} {"asked",5} {"others",6}");
        _headed = true;
        string verdict = double.IsNaN(row.Asked) ? "" : row.Ratio >= row.Asked ? "" : "  UNDER";
        Console.WriteLine(
            $"{row.Part + " " + row.Work,-50} {Whole(row.Batch),5} {Whole(row.Threads),7} {Figure(row.Pare),10} {Figure(row.Peer),10} {row.Unit,-8} {Ratio(row.Ratio),6} {Range(row),15} {Ratio(row.Asked),5} {row.Others,6:P0} {row.Name}{verdict}");
        if (file is not null) Keep(row);
    }

    private void Keep(Row row)
    {
        string line = string.Join('\t', row.Part, row.Work, Whole(row.Batch), Whole(row.Threads), row.Unit, Figure(row.Pare), Figure(row.Peer), row.Name, Ratio(row.Ratio), Ratio(row.Low), Ratio(row.High), Ratio(row.Asked), row.Others.ToString("0.00", CultureInfo.InvariantCulture), commit);
        List<string> lines = File.Exists(file) ? [.. File.ReadAllLines(file)] : [Head];
        int old = lines.FindIndex(l => Key(l) == Key(line));
        if (old >= 0) lines[old] = line;
        else lines.Insert(lines.FindLastIndex(l => l.StartsWith(row.Part + '\t', StringComparison.Ordinal)) is >= 0 and int last ? last + 1 : lines.Count, line);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file!))!);
        File.WriteAllLines(file!, lines);
    }

    private static string Key(string line) => string.Join('\t', line.Split('\t') is { Length: > 7 } cells ? [.. cells.Take(5), cells[7]] : [line]);

    private static string Whole(int value) => value == 0 ? "" : value.ToString(CultureInfo.InvariantCulture);

    private static string Ratio(double value) => double.IsNaN(value) ? "" : value.ToString(value >= 100 ? "0" : "0.00", CultureInfo.InvariantCulture);

    private static string Range(Row row) => double.IsNaN(row.Low) ? "" : $"{Ratio(row.Low)} to {Ratio(row.High)}";

    private static string Figure(double value) => double.IsNaN(value) ? "" : value.ToString(value >= 1000 ? "0" : value >= 10 ? "0.0" : value == 0 ? "0" : "0.000", CultureInfo.InvariantCulture);
}
