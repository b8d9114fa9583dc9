using System.Text;

namespace Pare.Formats.Onnx;

/// <summary>Gathers what Pare lacks, so that one message tells all of it.</summary>
internal sealed class Faults
{
    /// <summary>Names beyond these are counted, not listed: a message must stay readable.</summary>
    private const int MostListed = 20;

    private readonly List<(string What, List<string> Where)> _faults = [];
    private readonly Dictionary<string, List<string>> _byWhat = new(StringComparer.Ordinal);

    /// <summary>Notes that <paramref name="what"/> is lacking at <paramref name="where"/>.</summary>
    public void Add(string what, string where)
    {
        if (!_byWhat.TryGetValue(what, out List<string>? places))
        {
            _byWhat[what] = places = [];
            _faults.Add((what, places));
        }
        places.Add(where);
    }

    /// <exception cref="UnsupportedException">Something was noted.</exception>
    public void ThrowIfAny(string heading, string advice)
    {
        if (_faults.Count == 0) return;
        StringBuilder text = new StringBuilder(heading).Append(':');
        foreach ((string what, List<string> where) in _faults)
        {
            text.Append("\n  ").Append(what).Append(": ").AppendJoin(", ", where.Take(MostListed));
            if (where.Count > MostListed) text.Append($" and {where.Count - MostListed} more");
        }
        throw new UnsupportedException(text.Append('\n').Append(advice).ToString());
    }
}
