using System.Collections.Immutable;
using Pare.Compression.Rewriting;
using Pare.Operators;

namespace Pare.Compression.Methods;

/// <summary>The part of a network before its head: cells whose values are pictures of a known size.</summary>
internal sealed class Trunk
{
    private readonly ImmutableArray<Cell> _cells, _layers;

    private Trunk(Model model, ImmutableArray<Cell> cells)
    {
        Model = model;
        _cells = cells;
        _layers = [.. cells.Where(c => c.Nodes.Any(n => n.Operator is Conv))];
        Halves = [.. cells.Where(CanMove).Select(c => (_layers.Count(l => cells.IndexOf(l) < cells.IndexOf(c)), c))];
    }

    public Model Model { get; }

    /// <summary>The cells that halve the resolution and can do without, each with its place, in order.</summary>
    public ImmutableArray<(int Place, Cell Cell)> Halves { get; }

    public Places Places => new([.. Halves.Select(h => h.Place)], [.. _layers.Select(l => l.Nodes.Count(n => n.Operator is Conv))]);

    /// <summary>The last value.</summary>
    public string End => _cells[^1].To;

    /// <summary>The value at a place: what the next layer reads, or the end.</summary>
    public string At(int place) => place < _layers.Length ? _layers[place].From : End;

    /// <summary>The weights of the convolutions, in order.</summary>
    public IEnumerable<string> Weights => _layers.SelectMany(l => l.Nodes).Where(n => n.Operator is Conv).Select(n => n.Inputs[1]).Where(Model.Weights.ContainsKey).Distinct(StringComparer.Ordinal);

    /// <summary>The convolutions, in order.</summary>
    public IEnumerable<Node> Convolutions => _layers.SelectMany(l => l.Nodes).Where(n => n.Operator is Conv);

    /// <summary>The trunk of a model, or null where it has no convolution.</summary>
    public static Trunk? Of(Model model)
    {
        ImmutableArray<Cell> cells = [.. Cell.All(model).TakeWhile(c => !IsHead(model, c))];
        return cells.Any(c => c.Nodes.Any(n => n.Operator is Conv)) && Halving.Size(model, cells[0].From) is not null ? new Trunk(model, cells) : null;
    }

    /// <summary>The name of the layer behind which a place lies, for people.</summary>
    public string Title(int place) => place == 0 ? "the input" : _layers[place - 1].Nodes.Last(n => n.Operator is Conv).Name;

    // A head takes the whole feature map at once: its result is no picture, or one of a single pixel.
    private static bool IsHead(Model model, Cell cell) => Halving.Size(model, cell.To) switch
    {
        null => true,
        (1, 1) => Halving.Size(model, cell.From) is not ( <= 2, <= 2),
        _ => false,
    };

    private bool CanMove(Cell cell)
    {
        Halving.Kind[] kinds = [.. cell.Nodes.Select(n => Halving.Of(Model, n))];
        if (kinds.Contains(Halving.Kind.Other) || !kinds.Contains(Halving.Kind.Half) || cell.Nodes.Any(n => n.Outputs.Any(Model.Outputs.Contains))) return false;
        ((int h, int w), (int toH, int toW)) = (Halving.Size(Model, cell.From)!.Value, Halving.Size(Model, cell.To)!.Value);
        return Ratio(h, toH) == 2 && Ratio(w, toW) == 2;
    }

    private static int Ratio(int from, int to) => (int)Math.Round((double)from / to);
}
