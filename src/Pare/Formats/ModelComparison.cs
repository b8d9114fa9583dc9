using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Pare.Formats.Container;

namespace Pare.Formats;

/// <summary>Compares a model with what a written file reads as, to the bit. Names of constants may differ: a format may keep a constant as an attribute.</summary>
internal static class ModelComparison
{
    private const int Chunk = 1 << 16;

    /// <summary>Requires that a file reads as the model that was written.</summary>
    /// <exception cref="VerificationException">It does not; the message says where.</exception>
    public static void Require(Model written, Model read, CancellationToken cancel)
    {
        if (FirstDifference(written, read, cancel) is { } difference)
            throw new VerificationException($"The file written reads back differently ({difference}), so it was not kept. Please report this; the older file, if any, is untouched.");
    }

    /// <summary>Where two models differ, or null.</summary>
    public static string? FirstDifference(Model a, Model b, CancellationToken cancel) =>
        Inputs(a, b)
        ?? (a.Outputs.SequenceEqual(b.Outputs) ? null : $"outputs {string.Join(", ", a.Outputs)} are {string.Join(", ", b.Outputs)}")
        ?? Facts(a.Metadata, b.Metadata)
        ?? Nodes(a, b)
        ?? Weights(a, b, cancel);

    private static string? Inputs(Model a, Model b)
    {
        string[] before = [.. a.Inputs.Select(i => $"{i.Name} {i.Type}")], after = [.. b.Inputs.Select(i => $"{i.Name} {i.Type}")];
        return before.SequenceEqual(after) ? null : $"inputs {string.Join(", ", before)} are {string.Join(", ", after)}";
    }

    private static string? Facts(Metadata a, Metadata b)
    {
        if (a.Name != b.Name || a.Opset != b.Opset) return $"the network '{a.Name}' of opset {a.Opset} is '{b.Name}' of {b.Opset}";
        // The version of an operator set goes with its last node.
        return a.Properties.Where(IsLasting).SequenceEqual(b.Properties.Where(IsLasting)) ? null : "metadata properties differ";
    }

    private static bool IsLasting(KeyValuePair<string, string> property) => !property.Key.StartsWith("onnx.opset.", StringComparison.Ordinal);

    private static string? Nodes(Model a, Model b)
    {
        if (a.Nodes.Length != b.Nodes.Length) return $"{a.Nodes.Length} nodes are {b.Nodes.Length}";
        for (int i = 0; i < a.Nodes.Length; i++)
        {
            Node x = a.Nodes[i], y = b.Nodes[i];
            if (x.Name != y.Name || !x.Outputs.SequenceEqual(y.Outputs)) return $"node {x} is {y}, or its outputs have other names";
            AttributeList before = AttributeList.Of(x, a), after = AttributeList.Of(y, b);
            if (before.OperatorType != after.OperatorType || !Same(before.Items, after.Items, RankOf(a, x))) return $"the attributes of node {x}";
            int inputs = Math.Max(x.Inputs.Length, y.Inputs.Length);
            for (int k = 0; k < inputs; k++)
                if (!SameInput(a, x.Input(k), b, y.Input(k))) return $"input {k} of node {x}, '{x.Input(k)}', is '{y.Input(k)}'";
        }
        return null;
    }

    private static bool SameInput(Model a, string x, Model b, string y) =>
        a.Constants.TryGetValue(x, out Tensor? before) ? b.Constants.TryGetValue(y, out Tensor? after) && Same(before, after) : x == y;

    private static int RankOf(Model model, Node node) => node.Input(0).Length > 0 && model.Types.TryGetValue(node.Inputs[0], out TensorType? type) ? type.Shape.Rank : 0;

    private static bool Same(List<(string Name, AttributeValue Value)> a, List<(string Name, AttributeValue Value)> b, int rank) =>
        a.Count == b.Count && a.OrderBy(i => i.Name, StringComparer.Ordinal)
            .Zip(b.OrderBy(i => i.Name, StringComparer.Ordinal))
            .All(p => p.First.Name == p.Second.Name && (Same(p.First.Value, p.Second.Value) || (p.First.Name == "axis" && SameAxis(p.First.Value, p.Second.Value, rank))));

    // Old opsets have no axes that count from the end.
    private static bool SameAxis(AttributeValue a, AttributeValue b, int rank) =>
        (a, b) is (AttributeValue.Int x, AttributeValue.Int y) && x.Value < 0 && x.Value + rank == y.Value;

    private static bool Same(AttributeValue a, AttributeValue b) => (a, b) switch
    {
        (AttributeValue.Float x, AttributeValue.Float y) => BitConverter.SingleToInt32Bits(x.Value) == BitConverter.SingleToInt32Bits(y.Value),
        (AttributeValue.Ints x, AttributeValue.Ints y) => x.Values.AsSpan().SequenceEqual(y.Values.AsSpan()),
        (AttributeValue.Floats x, AttributeValue.Floats y) => Bits(x.Values).SequenceEqual(Bits(y.Values)),
        (AttributeValue.Texts x, AttributeValue.Texts y) => x.Values.AsSpan().SequenceEqual(y.Values.AsSpan()),
        (AttributeValue.Array x, AttributeValue.Array y) => Same(x.Tensor, y.Tensor),
        _ => a == b,
    };

    private static ReadOnlySpan<int> Bits(ImmutableArray<float> values) => MemoryMarshal.Cast<float, int>(values.AsSpan());

    private static bool Same(Tensor a, Tensor b) => a.DType == b.DType && a.Shape.Equals(b.Shape) && a.Bytes.SequenceEqual(b.Bytes);

    private static string? Weights(Model a, Model b, CancellationToken cancel)
    {
        float[] before = new float[Chunk], after = new float[Chunk];
        foreach ((string name, WeightEncoding x) in a.Weights)
        {
            if (!b.Weights.TryGetValue(name, out WeightEncoding? y)) return $"the weight '{name}' is missing";
            if (!x.Shape.Equals(y.Shape)) return $"the weight '{name}' of shape {x.Shape} has {y.Shape}";
            for (long start = 0; start < x.Length; start += Chunk)
            {
                cancel.ThrowIfCancellationRequested();
                int count = (int)Math.Min(Chunk, x.Length - start);
                x.Decode(start, before.AsSpan(0, count));
                y.Decode(start, after.AsSpan(0, count));
                if (!MemoryMarshal.AsBytes(before.AsSpan(0, count)).SequenceEqual(MemoryMarshal.AsBytes(after.AsSpan(0, count))))
                    return $"numbers of the weight '{name}' from {start} on";
            }
        }
        return a.Weights.Count == b.Weights.Count ? null : $"{a.Weights.Count} weights are {b.Weights.Count}";
    }
}
