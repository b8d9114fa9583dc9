using System.Collections.Immutable;
using Pare.Operators;
using Pare.Passes;

namespace Pare.Lowering;

/// <summary>What a <see cref="LayoutRule"/> works with: values of which each may lie with its channels first, last, or both.</summary>
internal sealed class LayoutScope(Model model, ModelEditor editor)
{
    private readonly Dictionary<string, string> _last = new(StringComparer.Ordinal);
    private readonly HashSet<string> _onlyLast = new(StringComparer.Ordinal);
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    /// <summary>The model as it was; types and constants of every value under its own name, channels first.</summary>
    public Model Model { get; } = model;

    /// <summary>Who reads each value.</summary>
    public Readers Readers { get; } = new(model);

    /// <summary>The shape of a value, channels first.</summary>
    public Shape ShapeOf(string value) => Model.Types[value].Shape;

    /// <summary>True where a value lies with its channels last already.</summary>
    public bool IsLast(string value) => _last.ContainsKey(value);

    /// <summary>True where a value is computed or given by the caller, neither weight nor constant.</summary>
    public bool IsComputed(string value) => value.Length > 0 && !Model.Weights.ContainsKey(value) && !Model.Constants.ContainsKey(value);

    /// <summary>The value with its channels last; moved there, once, where it is not.</summary>
    public string Last(string value)
    {
        if (value.Length == 0) return value;
        if (_last.TryGetValue(value, out string? last)) return last;
        // What was turned to channels first lay right before.
        if (Model.Producer(value) is { Operator: Transpose turn } maker && turn.OrderOf(ShapeOf(value).Rank).SequenceEqual(ChannelsLast.ToFirst(ShapeOf(value).Rank)))
            return _last[value] = First(maker.Inputs[0]);
        return _last[value] = Move(value, value, ChannelsLast.ToLast, editor.FreshValue($"{value}@last"));
    }

    /// <summary>The value with its channels first; moved back, once, where it lies only the other way.</summary>
    public string First(string value)
    {
        if (_onlyLast.Remove(value)) Move(_last[value], value, ChannelsLast.ToFirst, value);
        return value;
    }

    /// <summary>A known value of at most the rank's axes, its axes moved as those of an image are: what broadcasting needs. Null where it is computed.</summary>
    public string? Moved(string value, int rank)
    {
        if (IsComputed(value) || Model.Floats(value) is not { } known) return null;
        if (known.Values.Length == 1) return value;
        var wide = Tensor.Of<float>(new Shape([.. Enumerable.Repeat((Dim)1, rank - known.Shape.Rank), .. known.Shape]), known.Values);
        return editor.SetConstant(editor.FreshValue($"{value}@last"), ChannelsLast.Moved(wide, ChannelsLast.ToLast(rank)));
    }

    /// <summary>A name for a result that lies with its channels last only.</summary>
    public string Result(string value)
    {
        if (value.Length == 0) return value;
        _onlyLast.Add(value);
        return _last[value] = editor.FreshValue($"{value}@last");
    }

    /// <summary>Adds a constant.</summary>
    public string Constant(string wish, Tensor value) => editor.SetConstant(editor.FreshValue(wish), value);

    /// <summary>Adds a weight.</summary>
    public string Weight(string wish, WeightEncoding value) => editor.SetWeight(editor.FreshValue(wish), value);

    /// <summary>Declares a node as done: the rule of another one computes its result.</summary>
    public void Take(Node node) => _taken.Add(node.Name);

    /// <summary>True for a node that is done.</summary>
    public bool IsTaken(Node node) => _taken.Contains(node.Name);

    /// <summary>Adds a view of a value in the place of a node, of the shape that the node's result has.</summary>
    public void View(Node node, string value) => View(node, value, ShapeOf(node.Outputs[0]));

    /// <summary>Adds a view of a value in the place of a node.</summary>
    public void View(Node node, string value, Shape shape) =>
        Add(node, new Reshape(), [value, Constant($"{node.Name}_shape", Tensor.Vector<long>(shape.Fixed.Map(d => (long)d)))], node.Outputs);

    /// <summary>Adds a node.</summary>
    public void Add(Node node) => editor.Add(node);

    /// <summary>Adds a node in the place of one: same name, other operator, inputs and outputs.</summary>
    public void Add(Node node, Operator op, ImmutableArray<string> inputs, ImmutableArray<string> outputs) =>
        editor.Add(node with { Operator = op, Inputs = inputs, Outputs = outputs });

    /// <summary>Adds a node between values under a fresh name.</summary>
    public string Add(Operator op, string wish, params ReadOnlySpan<string> inputs) => editor.Add(op, wish, inputs);

    // Where the channels or the positions are one, nothing moves in memory: a view.
    private string Move(string from, string value, Func<int, ImmutableArray<int>> order, string to)
    {
        Shape shape = ShapeOf(value);
        ImmutableArray<int> axes = order(shape.Rank);
        bool still = shape.Fixed[1] == 1 || !shape.Fixed.AsSpan()[2..].ContainsAnyExcept(1);
        Shape target = to == value ? shape : ChannelsLast.Permuted(shape, axes);
        ImmutableArray<string> inputs = still ? [from, Constant($"{to}_shape", Tensor.Vector<long>(target.Fixed.Map(d => (long)d)))] : [from];
        editor.Add(new Node(editor.FreshNode($"{to}_layout"), still ? new Reshape() : new Transpose { Order = new ValueList<int>(axes) }, inputs, [to]));
        return to;
    }
}
