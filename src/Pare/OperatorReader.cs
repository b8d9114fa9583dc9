using System.Collections.Immutable;

namespace Pare;

/// <summary>Reads an operator's attributes from a node of a file (ONNX or <c>.pare</c>), in the form of the file's opset.</summary>
public abstract class OperatorReader
{
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    /// <summary>The node's name, for messages.</summary>
    public abstract string NodeName { get; }

    /// <summary>The operator type in the file.</summary>
    public abstract string OperatorType { get; }

    /// <summary>The version of the operator set that the file's node follows.</summary>
    public abstract int Opset { get; }

    /// <summary>How many inputs the node names, absent ones in the middle included.</summary>
    public abstract int InputCount { get; }

    /// <summary>How many outputs the node names.</summary>
    public abstract int OutputCount { get; }

    /// <summary>All attributes of the file's node.</summary>
    public abstract IReadOnlyDictionary<string, AttributeValue> Attributes { get; }

    /// <summary>The value of an input that is an initializer, or null.</summary>
    public abstract Tensor? Constant(int input);

    /// <summary>
    /// Gives the node a constant input in place of an attribute, for what older opsets kept as an attribute (Clip, Squeeze, Dropout ...),
    /// so that the model has one form only.
    /// </summary>
    public abstract void SetInput(int input, Tensor value);

    /// <summary>Gives an input another place, and leaves its old place empty: for what older opsets order otherwise (Resize, Upsample).</summary>
    public abstract void MoveInput(int from, int to);

    /// <summary>What the operator did not ask for: kept with the node and written back.</summary>
    public ImmutableSortedDictionary<string, AttributeValue> Unread()
    {
        ImmutableSortedDictionary<string, AttributeValue> unread = ImmutableSortedDictionary.Create<string, AttributeValue>(StringComparer.Ordinal);
        foreach ((string name, AttributeValue value) in Attributes)
            if (!_read.Contains(name)) unread = unread.Add(name, value);
        return unread;
    }

    /// <summary>True where the node has the attribute.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>An integer attribute.</summary>
    /// <exception cref="ModelException">It has another type, or is missing and has no default.</exception>
    public long Int(string name, long? fallback = null) => Find(name) switch
    {
        AttributeValue.Int a => a.Value,
        null when fallback is { } value => value,
        var other => throw Wrong(name, "an integer", other),
    };

    /// <summary>A boolean attribute, stored as the integer 0 or 1.</summary>
    /// <exception cref="ModelException">It has another type.</exception>
    public bool Flag(string name, bool fallback = false) => Int(name, fallback ? 1 : 0) != 0;

    /// <summary>A float attribute.</summary>
    /// <exception cref="ModelException">It has another type, or is missing and has no default.</exception>
    public float Float(string name, float? fallback = null) => Find(name) switch
    {
        AttributeValue.Float a => a.Value,
        null when fallback is { } value => value,
        var other => throw Wrong(name, "a float", other),
    };

    /// <summary>A text attribute.</summary>
    /// <exception cref="ModelException">It has another type, or is missing and has no default.</exception>
    public string Text(string name, string? fallback = null) => Find(name) switch
    {
        AttributeValue.Text a => a.Value,
        null when fallback is { } value => value,
        var other => throw Wrong(name, "a text", other),
    };

    /// <summary>A list of integers; the default value (no list) where it is missing.</summary>
    /// <exception cref="ModelException">It has another type.</exception>
    public ImmutableArray<long> Ints(string name) => Find(name) switch
    {
        AttributeValue.Ints a => a.Values,
        null => default,
        var other => throw Wrong(name, "a list of integers", other),
    };

    /// <summary>A list of floats; the default value (no list) where it is missing.</summary>
    /// <exception cref="ModelException">It has another type.</exception>
    public ImmutableArray<float> Floats(string name) => Find(name) switch
    {
        AttributeValue.Floats a => a.Values,
        null => default,
        var other => throw Wrong(name, "a list of floats", other),
    };

    /// <summary>A list of texts; the default value (no list) where it is missing.</summary>
    /// <exception cref="ModelException">It has another type.</exception>
    public ImmutableArray<string> Texts(string name) => Find(name) switch
    {
        AttributeValue.Texts a => a.Values,
        null => default,
        var other => throw Wrong(name, "a list of texts", other),
    };

    /// <summary>A tensor attribute, or null.</summary>
    /// <exception cref="ModelException">It has another type.</exception>
    public Tensor? Tensor(string name) => Find(name) switch
    {
        AttributeValue.Array a => a.Tensor,
        null => null,
        var other => throw Wrong(name, "a tensor", other),
    };

    /// <summary>A body.</summary>
    /// <exception cref="ModelException">It is missing or has another type.</exception>
    public Subgraph Graph(string name) => Find(name) switch
    {
        AttributeValue.Graph a => a.Body,
        var other => throw Wrong(name, "a graph", other),
    };

    /// <summary>An error that names the node.</summary>
    public ModelException Fail(string message) => new($"Node '{NodeName}' ({OperatorType}): {message}");

    private AttributeValue? Find(string name)
    {
        _read.Add(name);
        return Attributes.GetValueOrDefault(name);
    }

    private ModelException Wrong(string name, string expected, AttributeValue? found) =>
        Fail($"attribute '{name}' must be {expected}, it is {(found is null ? "missing" : found.GetType().Name.ToLowerInvariant())}.");
}
