using System.Collections.Immutable;
using Pare.Operators;
using Pare.Passes;

namespace Pare.Lowering;

/// <summary>
/// Turns a sign of one bit before a convolution or product whose weight is signs into operators on bits: sums of +1 and -1 are exact integers.
/// Where only order-keeping functions lie between such a layer and the next sign, they become one limit for each channel, and the chain stays in bits.
/// </summary>
/// <remarks>What has floats on one side, activations or weights, stays as it is and runs on decoded numbers.</remarks>
internal sealed partial class BinaryRewrite
{
    /// <summary>Longer sums are left in floats.</summary>
    private const int MostTerms = BinaryResult.MostTerms;

    private readonly Model _model;
    private readonly ModelEditor _editor;
    private readonly Readers _readers;
    private readonly Dictionary<string, Node> _makers;
    private readonly Dictionary<string, Found> _layers = new(StringComparer.Ordinal);   // by the node's name
    private readonly Dictionary<string, string> _bits = new(StringComparer.Ordinal);    // of a sign's result, by its name

    private BinaryRewrite(Model model)
    {
        _model = model;
        _editor = new ModelEditor(model);
        _readers = new Readers(model);
        _makers = Makers.Of(model);
    }

    /// <summary>Applies the pass to a model with fixed shapes.</summary>
    public static Model Apply(Model model)
    {
        model = BinarySigns.Join(model);
        return model.Nodes.Any(IsSign) ? new BinaryRewrite(model).Rewritten() : model;
    }

    /// <summary>A layer that computes with bits.</summary>
    /// <param name="Node">The layer as it was.</param>
    /// <param name="Sign">The sign that it reads.</param>
    /// <param name="View">The view between them; null for none.</param>
    /// <param name="Of">Its weight.</param>
    /// <param name="Bias">Null, or one for each channel.</param>
    private sealed record Found(Node Node, Node Sign, Node? View, BinaryLayer Of, float[]? Bias)
    {
        /// <summary>Terms of a sum.</summary>
        public int Terms => Of.Signs.Length / Of.Factors.Length;
    }

    private Model Rewritten()
    {
        foreach (Node node in _model.Nodes)
            if (Find(node) is { } found) _layers[node.Name] = found;
        if (_layers.Count == 0) return _model;
        // A layer comes after what it reads, so that the bits of a sign are there before they are asked for.
        foreach (Node node in _model.Nodes)
            if (_layers.TryGetValue(node.Name, out Found? layer)) Rewrite(layer);
        _editor.RemoveUnused();
        return _editor.Build();
    }

    private static bool IsSign(Node node) => node.Operator is Unary { Function: var f } && f == UnaryFunctions.BinarySign;

    private Found? Find(Node node)
    {
        if (node.Operator is not (Conv or Gemm { Alpha: 1, Beta: 1, TransA: false } or MatMul)) return null;
        if (!_makers.TryGetValue(node.Inputs[0], out Node? maker)) return null;
        Node? view = node.Operator is Gemm && IsFlattening(maker) ? maker : null;
        if (view is not null && !_makers.TryGetValue(view.Inputs[0], out maker)) return null;
        if (!IsSign(maker) || _model.Types[node.Inputs[0]].DType != DType.F32) return null;
        if (!_model.Weights.TryGetValue(node.Inputs[1], out WeightEncoding? weight) || !Fits(node, weight)) return null;
        int axis = node.Operator is Conv or Gemm { TransB: true } ? 0 : 1;
        float[]? bias = null;
        if (node.Input(2).Length > 0)
        {
            int channels = weight.Shape.Fixed[axis];
            if (_model.Floats(node.Inputs[2]) is not { } known || (known.Values.Length != channels && known.Values.Length != 1) || known.Shape.Elements != known.Shape[^1]) return null;
            bias = known.Values.Length == channels ? known.Values : [.. Enumerable.Repeat(known.Values[0], channels)];
        }
        return BinaryLayer.Of(weight, axis) is { } of && of.Signs.Length / of.Factors.Length <= MostTerms ? new Found(node, maker, view, of, bias) : null;
    }

    // Images of two axes, groups of whole words; matrices.
    private bool Fits(Node node, WeightEncoding weight) => node.Operator is Conv conv
        ? weight.Shape.Rank == 4 && (conv.Groups == 1 || weight.Shape.Fixed[1] % Signs.WordBits == 0) && _model.Types[node.Inputs[0]].Shape.Elements > 0
        : weight.Shape.Rank == 2 && _model.Types[node.Inputs[0]].Shape is { Rank: >= 2, Elements: > 0 };

    // [N, C, H, W] -> [N, C H W]
    private bool IsFlattening(Node node)
    {
        if (node.Operator is not (Reshape or Flatten)) return false;
        Shape x = _model.Types[node.Inputs[0]].Shape, y = _model.Types[node.Outputs[0]].Shape;
        return x.Rank == 4 && y.Rank == 2 && x[0] == y[0] && x.Elements > 0;
    }

    private void Rewrite(Found layer)
    {
        string x = BitsOf(layer);
        if (ChainOf(layer) is { } chain && LimitsOf(layer, chain) is { } limits)
        {
            string weight = _editor.SetWeight(_editor.FreshValue($"{layer.Node.Name}.signs"), layer.Of.Turned(limits.Turned));
            string bits = _editor.FreshValue($"{chain[^1].Outputs[0]}@bits");
            Add(layer, new BinaryResult(true), [x, weight, Constant($"{layer.Node.Name}.limits", Tensor.Vector<int>(limits.Limits))], bits);
            _bits[chain[^1].Name] = bits;
        }
        else
        {
            string weight = _editor.SetWeight(_editor.FreshValue($"{layer.Node.Name}.signs"), layer.Of.Signs);
            string factors = Constant($"{layer.Node.Name}.factors", Tensor.Vector<float>(layer.Of.Factors));
            string bias = layer.Bias is null ? "" : Constant($"{layer.Node.Name}.bias", Tensor.Vector<float>(layer.Bias));
            Add(layer, new BinaryResult(false), bias.Length > 0 ? [x, weight, factors, bias] : [x, weight, factors], layer.Node.Outputs[0]);
        }
    }

    private void Add(Found layer, BinaryResult result, ImmutableArray<string> inputs, string y)
    {
        Node node = layer.Node;
        _editor.Remove(_editor.Nodes.First(n => n.Name == node.Name));
        if (layer.View is null)
        {
            Operator op = node.Operator is Conv conv ? new BinaryConv(conv, _model.Types[node.Inputs[0]].Shape.Fixed[1], result) : new BinaryGemm(result);
            _editor.Add(node with { Operator = op, Inputs = inputs, Outputs = [y] });
            return;
        }
        // A product with an image as one row is a convolution whose window is the image: the image stays as it lies.
        Shape image = _model.Types[layer.Sign.Outputs[0]].Shape;
        var whole = new Conv { Window = new Window([image.Fixed[2], image.Fixed[3]]) };
        BinaryWeightOf(inputs[1], Shape.Of(layer.Of.Factors.Length, image.Fixed[1], image.Fixed[2], image.Fixed[3]));
        string pixel = _editor.FreshValue($"{y}@pixel");
        _editor.Add(node with { Operator = new BinaryConv(whole, image.Fixed[1], result), Inputs = inputs, Outputs = [pixel] });
        int channels = result.IsBits ? Signs.Words(layer.Of.Factors.Length) : layer.Of.Factors.Length;
        string shape = Constant($"{y}_shape", Tensor.Vector<long>(image.Fixed[0], channels));
        _editor.Add(new Node(_editor.FreshNode($"{y}_row"), new Reshape(), [pixel, shape], [y]));
    }

    // The same signs under another shape.
    private void BinaryWeightOf(string name, Shape shape) =>
        _editor.SetWeight(name, new Encodings.BinaryWeight(shape, ((Encodings.BinaryWeight)_editor.Weights[name]).Signs));

    private string BitsOf(Found layer)
    {
        if (_bits.TryGetValue(layer.Sign.Name, out string? bits)) return bits;
        string x = layer.Sign.Inputs[0];
        int rank = _model.Types[x].Shape.Rank, axis = rank == 4 && layer.Node.Operator is Conv or Gemm ? 1 : rank - 1;
        string key = $"{layer.Sign.Name}/{axis}";
        if (_bits.TryGetValue(key, out bits)) return bits;
        bits = _editor.FreshValue($"{layer.Sign.Outputs[0]}@bits");
        _editor.Add(new Node(_editor.FreshNode($"{layer.Sign.Name}_binarize"), new Binarize(axis), [x], [bits]));
        return _bits[key] = bits;
    }

    private string Constant(string wish, Tensor value) => _editor.SetConstant(_editor.FreshValue(wish), value);
}
