using Pare.Operators;
using Pare.Passes;

namespace Pare.Lowering;

/// <summary>What lies between the sums of a layer and the next sign, as one limit for each channel.</summary>
internal sealed partial class BinaryRewrite
{
    private const int MostChained = 16;

    /// <summary>A sum of at least the limit is +1.</summary>
    /// <param name="Limits">One for each channel.</param>
    /// <param name="Turned">The channels whose sums have to be turned for that: a factor is below 0.</param>
    private sealed record Thresholds(int[] Limits, bool[] Turned);

    // The nodes from behind a layer to the sign that only layers on bits read; null where anything else needs the floats.
    private List<Node>? ChainOf(Found layer)
    {
        var chain = new List<Node>();
        string value = layer.Node.Outputs[0];
        int axis = ChannelAxis(layer), rank = _model.Types[value].Shape.Rank;
        while (_readers.Only(value) is { } next && chain.Count < MostChained)
        {
            chain.Add(next);
            if (IsSign(next)) return IsBinaryOnly(next, axis, rank) ? chain : null;
            if (next.Outputs.Length != 1 || !KeepsOrder(next, value, axis, rank)) return null;
            value = next.Outputs[0];
        }
        return null;
    }

    private static int ChannelAxis(Found layer) => layer.Node.Operator is Conv || layer.View is not null ? 1 : -1;

    // Each reader takes the bits as the layer packs them, along its channels.
    private bool IsBinaryOnly(Node sign, int axis, int rank)
    {
        string value = sign.Outputs[0];
        if (_readers.IsOutput(value)) return false;
        foreach (Node reader in _model.Nodes.Where(n => n.Inputs.Contains(value)))
        {
            Node? layer = _layers.ContainsKey(reader.Name) ? reader : IsFlattening(reader) ? _readers.Only(reader.Outputs[0]) : null;
            if (layer is null || !_layers.TryGetValue(layer.Name, out Found? found) || found.Sign.Name != sign.Name) return false;
            bool wantsLast = found.View is null && layer.Operator is not Conv;
            if (wantsLast != (axis == -1 || rank == 2)) return false;
        }
        return true;
    }

    // Functions that never change the order of two numbers, or always, whatever else they are given; each in every channel by itself.
    private bool KeepsOrder(Node node, string value, int axis, int rank)
    {
        switch (node.Operator)
        {
            case BatchNormalization when axis == 1 || rank == 2:
                return node.Inputs[0] == value && node.Inputs.Skip(1).All(IsKnown);
            case Clip:
                return node.Inputs[0] == value && node.Inputs.Skip(1).All(n => n.Length == 0 || IsKnown(n));
            case Identity:
                return true;
            case Unary { Function: var f, Alpha: var alpha }:
                return f == UnaryFunctions.Relu || f == UnaryFunctions.Neg || (f == UnaryFunctions.LeakyRelu && alpha >= 0);
            case Binary { Function: var f }:
                int other = node.Inputs[0] == value ? 1 : 0;
                if (node.Inputs[1 - other] != value || node.Inputs[other] == value || !IsKnown(node.Inputs[other])) return false;
                if (f != BinaryFunctions.Add && f != BinaryFunctions.Sub && f != BinaryFunctions.Mul && !(f == BinaryFunctions.Div && other == 1)) return false;
                return IsOfChannels(_model.Floats(node.Inputs[other])!.Value.Shape, axis == -1 ? rank - 1 : axis, rank, _model.Types[value].Shape);
            default:
                return false;
        }
    }

    private bool IsKnown(string name) => _model.Floats(name) is { } known && Array.TrueForAll(known.Values, float.IsFinite);

    private static bool IsOfChannels(Shape shape, int axis, int rank, Shape value)
    {
        if (shape.Rank > rank) return false;
        for (int i = 0; i < shape.Rank; i++)
        {
            int place = i + rank - shape.Rank;
            if (shape.Fixed[i] != 1 && (place != axis || shape.Fixed[i] != value.Fixed[axis])) return false;
        }
        return true;
    }

    // By the operators' own definitions, from the least sum to the greatest: each step of them keeps order, so one place is looked for.
    private Thresholds? LimitsOf(Found layer, List<Node> chain)
    {
        int channels = layer.Of.Factors.Length, most = layer.Terms;
        int[] low = new int[channels], high = new int[channels];
        Array.Fill(low, -most);
        Array.Fill(high, most);
        if (SignsOf(layer, chain, low) is not { } first || SignsOf(layer, chain, high) is not { } last) return null;
        // low keeps the sign of the least sum, high that of the greatest, until they are neighbours.
        for (int step = 1; step <= 2 * most; step *= 2)
        {
            int[] middle = [.. low.Select((l, c) => l + (high[c] - l) / 2)];
            if (SignsOf(layer, chain, middle) is not { } signs) return null;
            for (int c = 0; c < channels; c++)
            {
                if (signs[c] == first[c]) low[c] = middle[c];
                else high[c] = middle[c];
            }
        }
        var limits = new int[channels];
        var turned = new bool[channels];
        for (int c = 0; c < channels; c++)
        {
            // Rising: +1 from high on. Falling: +1 up to low, so that -sum is at least -low.
            turned[c] = first[c] && !last[c];
            limits[c] = first[c] == last[c] ? (first[c] ? -most : most + 1) : turned[c] ? -low[c] : high[c];
        }
        return new Thresholds(limits, turned);
    }

    // The signs that sums end as, one sum for each channel; null where a number on the way is no number.
    private bool[]? SignsOf(Found layer, List<Node> chain, int[] sums)
    {
        Shape of = _model.Types[layer.Node.Outputs[0]].Shape;
        int axis = ChannelAxis(layer) == 1 ? 1 : of.Rank - 1;
        var shape = new Shape(Enumerable.Range(0, of.Rank).Select(a => a == axis ? of[a] : (Dim)1));
        var value = new Tensor(DType.F32, shape);
        for (int c = 0; c < sums.Length; c++) value.Floats[c] = BinaryResult.Number(sums[c], layer.Of.Factors[c], layer.Bias?[c] ?? 0);
        string name = layer.Node.Outputs[0];
        foreach (Node node in chain)
        {
            if (value.Floats.ContainsAnyExceptInRange(float.MinValue, float.MaxValue)) return null;
            var y = new Tensor(DType.F32, shape);
            Tensor given = value;
            node.Operator.Evaluate([.. node.Inputs.Select(n => n == name ? given : Given(n))], [y]);
            (value, name) = (y, node.Outputs[0]);
        }
        return [.. value.Floats.ToArray().Select(v => v > 0)];

        Tensor? Given(string name) => name.Length == 0 ? null
            : _model.Constants.TryGetValue(name, out Tensor? constant) ? constant : Tensor.Of<float>(_model.Weights[name].Shape, _model.Weights[name].ToArray());
    }
}
