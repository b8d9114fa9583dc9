namespace Pare.Formats.Onnx;

/// <summary>Names that are not taken. The next number of each wish is remembered, so that a file with one name a million times costs no more.</summary>
internal sealed class FreshNames
{
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _next = new(StringComparer.Ordinal);

    /// <summary>Keeps a name from being given out; false where it was taken before.</summary>
    public bool Take(string name) => _taken.Add(name);

    /// <summary>The wish itself where it is free, else with a number.</summary>
    public string Make(string wish)
    {
        string name = wish;
        int number = _next.GetValueOrDefault(wish, 2);
        while (!_taken.Add(name)) name = $"{wish}_{number++}";
        _next[wish] = number;
        return name;
    }
}
