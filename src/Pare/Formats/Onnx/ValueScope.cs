namespace Pare.Formats.Onnx;

/// <summary>The names that a sub-graph defines, and what they are called while the file is read: each name once in the whole file.</summary>
internal sealed class ValueScope(ValueScope? outer)
{
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    /// <summary>Defines a name.</summary>
    /// <exception cref="ModelException">It is defined already.</exception>
    public string Define(string name, string unique, string label) => _names.TryAdd(name, unique)
        ? unique
        : throw new ModelException($"{label}: the value '{name}' of its sub-graph has two makers.");

    /// <summary>What a name is called, seen from within a scope; null is the file's graph, where names are what they are.</summary>
    public static string Find(ValueScope? scope, string name)
    {
        for (; scope is not null; scope = scope.Outer)
            if (scope._names.TryGetValue(name, out string? unique)) return unique;
        return name;
    }

    private ValueScope? Outer { get; } = outer;
}
