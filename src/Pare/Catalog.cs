using System.Collections;
using System.Collections.Immutable;

namespace Pare;

/// <summary>Something with a name that users write.</summary>
public interface INamed
{
    /// <summary>The name: an ONNX operator type, or a dotted id such as "cluster.kmeans".</summary>
    string Name { get; }
}

/// <summary>A plain, immutable list of what Pare has of one kind, found by name.</summary>
/// <typeparam name="T">The kind.</typeparam>
public sealed class Catalog<T> : IReadOnlyCollection<T> where T : INamed
{
    private readonly string _kind;
    private readonly ImmutableArray<T> _items;
    private readonly Dictionary<string, T> _byName;

    /// <summary>Creates a catalog.</summary>
    /// <param name="kind">What an item is called in messages: "operator", "encoding".</param>
    /// <param name="items">The items, in the order in which they are listed.</param>
    /// <exception cref="ArgumentException">Two items have one name.</exception>
    public Catalog(string kind, params IEnumerable<T> items)
    {
        _kind = kind;
        _items = [.. items];
        _byName = _items.ToDictionary(i => i.Name, StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public int Count => _items.Length;

    /// <summary>The catalog with one more item; an item of the same name is replaced.</summary>
    public Catalog<T> With(T item) => new(_kind, [.. _items.Where(i => i.Name != item.Name), item]);

    /// <summary>The item of that name, or null.</summary>
    public T? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The item of that name.</summary>
    /// <exception cref="UnsupportedException">There is none; the message lists what there is.</exception>
    public T Get(string name) => Find(name) ?? throw new UnsupportedException(
        $"There is no {_kind} '{name}'. Known: {string.Join(", ", _items.Select(i => i.Name))}.");

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
