using System.Collections.Immutable;
using Pare.Compression.Rewriting;
using Pare.Operators;

namespace Pare.Compression.Methods;

/// <summary>A trunk with its halvings at other places, fitted so that its last feature map keeps its size.</summary>
internal sealed class Resized
{
    private const int CeilModeSince = 10;

    private readonly Trunk _trunk;
    private readonly Halver _with;
    private readonly ImmutableArray<Cell> _undone;
    private readonly ImmutableArray<int> _added;
    private readonly Dictionary<string, (int Height, int Width)> _extraPads = new(StringComparer.Ordinal);
    private (int Height, int Width)? _fitFrom;

    private Resized(Trunk trunk, ImmutableArray<int> places, Halver with)
    {
        _trunk = trunk;
        _with = with;
        List<int> added = [.. places];
        _undone = [.. trunk.Halves.Where(h => !added.Remove(h.Place)).Select(h => h.Cell)];
        _added = [.. added];
    }

    /// <summary>Makes it, or null where no padding makes it fit.</summary>
    public static Resized? Fit(Trunk trunk, ImmutableArray<int> places, Halver with)
    {
        var resized = new Resized(trunk, places, with);
        (int Height, int Width) wish = Halving.Size(trunk.Model, trunk.End)!.Value;
        do
        {
            if (resized.Build() is not { } built)
            {
                // Some layer in the middle has nothing left to look at: every layer gets a little more padding.
                if (!trunk.Convolutions.Aggregate(false, (any, c) => resized.Widen(c, true, true) | any)) return null;
                continue;
            }
            (int height, int width) = Halving.Size(built, built.Outputs[0])!.Value;
            if (height >= wish.Height && width >= wish.Width)
            {
                if ((height, width) != wish) resized._fitFrom = (height, width);
                return resized;
            }
            // The last layers first: behind them nothing halves what was added.
            if (!trunk.Convolutions.Reverse().Any(c => resized.Widen(c, height < wish.Height, width < wish.Width))) return null;
        }
        while (true);
    }

    /// <summary>Makes the changes.</summary>
    /// <param name="editor">Holds the model, or its trunk.</param>
    public void Edit(ModelEditor editor)
    {
        var renamed = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (Node old in _undone.SelectMany(c => c.Nodes).Where(n => Halving.Of(_trunk.Model, n) == Halving.Kind.Half))
        {
            Node node = editor.Nodes.First(n => n.Name == old.Name);
            if (Halving.Undo(_trunk.Model, editor, node)) continue;
            editor.Remove(node);
            editor.ReplaceUses(node.Outputs[0], node.Inputs[0]);
            renamed[node.Outputs[0]] = node.Inputs[0];
        }
        foreach ((string name, (int height, int width)) in _extraPads) AddPads(editor, editor.Nodes.First(n => n.Name == name), height, width);
        foreach (IGrouping<int, int> place in _added.GroupBy(p => p))
        {
            string value = Resolve(_trunk.At(place.Key));
            if (_with == Halver.Stride && place.Count() == 1 && TryStride(editor, value)) continue;
            renamed[value] = Insert(editor, value, "downsample", [.. Enumerable.Repeat(Pool(TwoByTwo), place.Count())]);
        }
        if (_fitFrom is not { } from) return;
        string end = Resolve(_trunk.End);
        (int Height, int Width) wish = Halving.Size(_trunk.Model, _trunk.End)!.Value;
        int[] strides = [from.Height / wish.Height, from.Width / wish.Width];
        int[] kernel = [from.Height - (wish.Height - 1) * strides[0], from.Width - (wish.Width - 1) * strides[1]];
        Insert(editor, end, "fit", [Pool(new Window(new ValueList<int>(kernel), new ValueList<int>(strides)))]);

        string Resolve(string value)
        {
            while (renamed.TryGetValue(value, out string? by)) value = by;
            return value;
        }
    }

    private Model? Build()
    {
        var editor = new ModelEditor(_trunk.Model);
        editor.SetOutputs([_trunk.End]);
        editor.RemoveUnused();
        Edit(editor);
        editor.RemoveUnused();
        try
        {
            Model built = editor.Build();
            return Halving.Size(built, built.Outputs[0]) is null ? null : built;
        }
        catch (ModelException)
        {
            return null; // the layers do not fit together so; the caller tries with more padding
        }
    }

    private Operator Pool(Window window) => _with == Halver.Average ? new AveragePool { Window = window } : new MaxPool { Window = window };

    // An odd length is halved upwards, as a padded convolution would; older files cannot say so.
    private Window TwoByTwo => Window.Square(2, 2) with { CeilMode = _trunk.Model.Metadata.Opset >= CeilModeSince };

    private static string Insert(ModelEditor editor, string value, string suffix, ReadOnlySpan<Operator> poolings)
    {
        string name = $"{editor.Nodes.FirstOrDefault(n => n.Outputs.Contains(value))?.Name ?? value}.{suffix}", result = editor.FreshValue(name);
        editor.ReplaceUses(value, result);
        for (int i = 0; i < poolings.Length; i++)
        {
            string made = i == poolings.Length - 1 ? result : editor.FreshValue($"{name}.{i + 1}");
            editor.Add(new Node(editor.FreshNode(name), poolings[i], [value], [made]));
            value = made;
        }
        return result;
    }

    /// <summary>Gives the convolutions that read a value a stride of 2; what else reads it reads every second row and column.</summary>
    private bool TryStride(ModelEditor editor, string value)
    {
        Node[] readers = [.. editor.Nodes.Where(n => n.Inputs.Contains(value))];
        Node[] convolutions = [.. readers.Where(n => n.Operator is Conv conv && conv.Window.Strides.All(s => s == 1) && n.Inputs[0] == value)];
        if (convolutions.Length == 0 || editor.Outputs.Contains(value)) return false;
        bool keepSize = convolutions.All(c => Halving.Size(_trunk.Model, c.Outputs[0]) == Halving.Size(_trunk.Model, _trunk.Model.Nodes.First(n => n.Name == c.Name).Inputs[0]));
        if (readers.Length > 1 && !keepSize) return false;
        if (readers.Length > convolutions.Length) Insert(editor, value, "downsample", [new MaxPool { Window = Window.Square(1, 2) }]);
        foreach (Node convolution in convolutions)
        {
            Node now = editor.Nodes.First(n => n.Name == convolution.Name);
            var conv = (Conv)now.Operator;
            editor.Replace(now, now with { Operator = conv with { Window = conv.Window with { Strides = [2, 2] } }, Inputs = convolution.Inputs });
        }
        return true;
    }

    private bool Widen(Node node, bool height, bool width)
    {
        (int Height, int Width) extra = _extraPads.GetValueOrDefault(node.Name), room = Room(node);
        var more = (extra.Height + (height && extra.Height < room.Height ? 1 : 0), extra.Width + (width && extra.Width < room.Width ? 1 : 0));
        if (more == extra) return false;
        _extraPads[node.Name] = more;
        return true;
    }

    /// <summary>How much more a convolution can be padded before it sees nothing but padding at its borders.</summary>
    private (int Height, int Width) Room(Node node)
    {
        var conv = (Conv)node.Operator;
        if (!_trunk.Model.Weights.TryGetValue(node.Inputs[1], out WeightEncoding? weight) || conv.Window.AutoPad is AutoPad.SameLower or AutoPad.SameUpper) return (0, 0);
        int[] room = [.. Enumerable.Range(0, 2).Select(axis =>
        {
            int pads = conv.Window.Pads.IsEmpty || conv.Window.AutoPad != AutoPad.Explicit ? 0 : conv.Window.Pads[axis] + conv.Window.Pads[axis + 2];
            return Math.Max(0, (weight.Shape.Fixed[axis + 2] - 1) * (conv.Window.Dilations.IsEmpty ? 1 : conv.Window.Dilations[axis]) - pads);
        })];
        return (room[0], room[1]);
    }

    private static void AddPads(ModelEditor editor, Node node, int height, int width)
    {
        var conv = (Conv)node.Operator;
        int[] pads = conv.Window.Pads.IsEmpty || conv.Window.AutoPad != AutoPad.Explicit ? [0, 0, 0, 0] : [.. conv.Window.Pads];
        int[] wider = [pads[0] + height / 2, pads[1] + width / 2, pads[2] + height - height / 2, pads[3] + width - width / 2];
        editor.Replace(node, node with { Operator = conv with { Window = conv.Window with { Pads = new ValueList<int>(wider), AutoPad = AutoPad.Explicit } } });
    }
}
