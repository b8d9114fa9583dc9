using Pare.Operators;

namespace Pare.Compression.Quantization.Equalization;

/// <summary>Finds the sets of channels that may be multiplied by positive factors, makers and readers making up for each other.</summary>
internal sealed class ChannelSets
{
    private readonly Model _model;
    private readonly ModelView _view;
    private readonly bool _replacesClips;
    private readonly Dictionary<string, string> _parent = new(StringComparer.Ordinal);

    private ChannelSets(Model model, bool replacesClips) => (_model, _view, _replacesClips) = (model, new ModelView(model), replacesClips);

    /// <summary>The sets of a model, in its order.</summary>
    /// <param name="model">The model; batch normalizations may be folded or not.</param>
    /// <param name="replacesClips">Whether clips from 0 to a bound may become rectifiers.</param>
    public static IReadOnlyList<ChannelSet> Of(Model model, bool replacesClips) => new ChannelSets(model, replacesClips).Find();

    private List<ChannelSet> Find()
    {
        foreach (Node node in _model.Nodes.Where(Passes))
            foreach (string value in Joined(node).Skip(1)) _parent[Root(value)] = Root(Joined(node)[0]);
        var values = _model.Nodes.SelectMany(n => n.Outputs).Where(o => o.Length > 0).Concat(_model.Inputs.Select(i => i.Name)).GroupBy(Root, StringComparer.Ordinal);
        return [.. values.Select(g => SetOf([.. g])).OfType<ChannelSet>()];
    }

    private ChannelSet? SetOf(string[] values)
    {
        var within = new HashSet<string>(values, StringComparer.Ordinal);
        List<Maker> makers = [];
        List<Node> readers = [], passing = [];
        foreach (string value in values)
        {
            if (_model.Outputs.Contains(value)) return null;
            Node? node = _view.Maker(value);
            if (node is null) return null;
            if (Passes(node)) passing.Add(node);
            else if (MakerOf(node) is { } maker) makers.Add(maker);
            else return null;
            foreach (Node reader in _view.ReadersOf(value))
            {
                if (Passes(reader)) continue;
                if (!IsLayer(reader) || reader.Inputs[0] != value || reader.Inputs.Skip(1).Any(within.Contains)) return null;
                readers.Add(reader);
            }
        }
        if (makers.Count == 0 || readers.Count == 0) return null;
        int[] counts = [.. makers.Select(Outputs).Concat(readers.Select(Inputs)).Distinct()];
        Node? rectifier = makers.Count == 1 && passing is [{ Operator: Unary { Name: "Relu" } } only] ? only : null;
        return counts is [var channels] ? new ChannelSet(channels, [.. makers], [.. readers], [.. passing.Where(n => n.Operator is Clip)], rectifier) : null;
    }

    // A value that is read by a batch normalization alone is inside its maker.
    private Maker? MakerOf(Node node)
    {
        if (IsLayer(node)) return _view.OnlyReader(node.Outputs[0])?.Operator is BatchNormalization ? null : new Maker(node, null);
        return node.Operator is BatchNormalization && _view.Maker(node.Inputs[0]) is { } layer && IsLayer(layer) && _view.OnlyReader(layer.Outputs[0]) == node
            && node.Inputs.Skip(1).Take(4).All(v => _model.Weights.ContainsKey(v)) && node.Inputs.Skip(1).Take(2).All(_view.IsOwnWeight) ? new Maker(layer, node) : null;
    }

    private bool IsLayer(Node node) => _model.IsTyped(node) && node.Operator is Conv or Gemm { Alpha: 1, Beta: 1, TransA: false } && _view.IsOwnWeight(node.Inputs[1])
        && ScaledWeight.Takes(_model.Weights[node.Inputs[1]])
        && (node.Input(2).Length == 0 || (_view.IsOwnWeight(node.Input(2)) && _model.Weights[node.Input(2)] is Dense { Shape.Rank: 1 } bias && bias.Length == _model.Weights[node.Inputs[1]].Shape.Fixed[node.Operator.WeightAxis(1)!.Value]));

    // f(s x) = s f(x) for each channel and any s > 0
    private bool Passes(Node node) => node.Operator switch
    {
        Unary { Name: "Relu" or "LeakyRelu" or "Identity" or "Abs" or "Neg" } or Identity or Dropout or AveragePool or GlobalAveragePool or GlobalMaxPool => true,
        MaxPool => node.Outputs.Skip(1).All(o => o.Length == 0),
        Clip => _replacesClips && node.Input(1).Length > 0 && _model.Constants.TryGetValue(node.Input(1), out Tensor? least) && least.DType == DType.F32 && least.Floats[0] == 0 && node.Inputs.Skip(2).All(i => i.Length == 0 || _model.Constants.ContainsKey(i)),
        Binary { Name: "Add" or "Sub" } or Variadic { Name: "Sum" or "Max" or "Min" } => node.Inputs.All(i => _view.IsData(i) && Same(i, node.Outputs[0])),
        Flatten or Reshape or Squeeze => _model.IsTyped(node) && KeepsChannels(_model.Types[node.Inputs[0]].Shape, _model.Types[node.Outputs[0]].Shape),
        _ => false,
    };

    private bool Same(string value, string other) =>
        _model.Types.TryGetValue(value, out TensorType? a) && _model.Types.TryGetValue(other, out TensorType? b) && a.Shape.Equals(b.Shape) && a.Shape.Rank > 1;

    // [N, C, 1, 1] -> [N, C]
    private static bool KeepsChannels(Shape from, Shape to) =>
        from.Rank >= 2 && to.Rank >= 2 && from[0].Equals(to[0]) && from[1].Equals(to[1]) && from.Skip(2).Concat(to.Skip(2)).All(d => d.IsKnown && d.Value == 1);

    private static string[] Joined(Node node) => node.Operator is Binary or Variadic ? [.. node.Inputs, node.Outputs[0]] : [node.Inputs[0], node.Outputs[0]];

    private string Root(string value)
    {
        while (_parent.TryGetValue(value, out string? parent)) value = parent;
        return value;
    }

    private int Outputs(Maker maker) => _model.Weights[maker.Layer.Inputs[1]].Shape.Fixed[maker.Layer.Operator.WeightAxis(1)!.Value];

    private int Inputs(Node reader)
    {
        Shape weight = _model.Weights[reader.Inputs[1]].Shape;
        return reader.Operator is Conv conv ? weight.Fixed[1] * conv.Groups : weight.Fixed[reader.Operator is Gemm { TransB: true } ? 1 : 0];
    }
}
