using System.Collections.Immutable;

namespace Pare.Operators;

/// <summary>Types and values of bodies.</summary>
internal static class Body
{
    /// <summary>Longer inputs of a body are data: their values are not asked for when types are derived.</summary>
    private const int LongestKnown = 1024;

    private static readonly Dictionary<string, WeightEncoding> NoWeights = new(StringComparer.Ordinal);

    /// <summary>Runs a body node by node by the scalar definitions.</summary>
    public static Tensor[] Run(Subgraph body, ReadOnlySpan<Tensor?> inputs)
    {
        var values = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        for (int i = 0; i < body.Inputs.Length; i++)
            if (i < inputs.Length && inputs[i] is { } value) values[body.Inputs[i]] = value;
        foreach (Node node in body.Nodes)
        {
            var read = node.Inputs.Where(n => n.Length > 0).Distinct(StringComparer.Ordinal).ToDictionary(n => n, n => values[n], StringComparer.Ordinal);
            var inference = new TypeInference([], NoWeights, read);
            inference.Infer(node);
            Tensor[] made = [.. node.Outputs.Select(o => o.Length == 0 ? Unread : new Tensor(inference.Types[o].DType, inference.Types[o].Shape))];
            node.Operator.Evaluate([.. node.Inputs.Select(n => n.Length == 0 ? null : values[n])], made);
            for (int i = 0; i < made.Length; i++)
                if (node.Outputs[i].Length > 0) values[node.Outputs[i]] = made[i];
        }
        return [.. body.Outputs.Select(o => values[o])];
    }

    /// <summary>Derives the types within a body.</summary>
    /// <param name="body">The body.</param>
    /// <param name="s">The node that holds it.</param>
    /// <param name="formal">Types of what it is given.</param>
    /// <param name="captured">The node's input that is the first captured one.</param>
    public static TypeInference Infer(Subgraph body, InferScope s, IReadOnlyList<TensorType> formal, int captured)
    {
        var inputs = new (string, TensorType)[formal.Count];
        var constants = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        for (int i = 0; i < inputs.Length; i++) inputs[i] = (body.Inputs[i], formal[i]);
        var inference = new TypeInference(inputs, NoWeights, constants);
        for (int i = 0; i < body.Captured; i++)
        {
            string name = body.Inputs[body.Formal + i];
            TensorType type = s.Type(captured + i);
            if (type.Shape.IsFixed && type.Shape.Elements <= LongestKnown && s.Constant(captured + i) is { } constant) inference.Add(name, constant);
            else inference.Add(name, type, s.Integers(captured + i));
        }
        foreach (Node node in body.Nodes) inference.Infer(node);
        return inference;
    }

    /// <summary>The types of a body's outputs.</summary>
    public static ImmutableArray<TensorType> Outputs(this TypeInference inference, Subgraph body) => [.. body.Outputs.Select(o => inference.Types[o])];

    /// <summary>What is known of a value that is of either type.</summary>
    /// <exception cref="UnsupportedException">They differ in more than lengths.</exception>
    public static TensorType Join(this InferScope s, TensorType a, TensorType b, string what, int output)
    {
        if (a.DType != b.DType || a.Shape.Rank != b.Shape.Rank)
            throw new UnsupportedException($"Node {s.Node}: {what} is {a} or {b}; types that change in more than lengths are not supported.");
        return new TensorType(a.DType, new Shape(a.Shape.Zip(b.Shape).Select((d, axis) => d.First == d.Second ? d.First : Dim.Named($"{s.Node.Name}.{output}.{axis}"))));
    }

    /// <summary>Copies results into outputs that were planned.</summary>
    /// <exception cref="ModelException">A result is of another type.</exception>
    public static void Give(string op, IReadOnlyList<Tensor?> results, ReadOnlySpan<Tensor> outputs)
    {
        for (int i = 0; i < outputs.Length; i++)
        {
            if (outputs[i].Length == 0) continue; // nobody reads it, or there is nothing to read
            if (results[i] is not { } result || !result.Type.Equals(outputs[i].Type)) throw new ModelException($"{op}: output {i} is {results[i]?.Type}, planned was {outputs[i].Type}.");
            result.Bytes.CopyTo(outputs[i].Bytes);
        }
    }

    /// <summary>Tensors of one type side by side on a new axis.</summary>
    public static Tensor Stack(IReadOnlyList<Tensor> parts, TensorType of, int axis)
    {
        var stacked = new Tensor(of.DType, new Shape([.. of.Shape.Take(axis), parts.Count, .. of.Shape.Skip(axis)]));
        int inner = (int)new Shape(of.Shape.Skip(axis)).Elements * of.DType.Size(), outer = (int)new Shape(of.Shape.Take(axis)).Elements;
        for (int p = 0; p < parts.Count; p++)
        {
            if (!parts[p].Type.Equals(of)) throw new ModelException($"A body gives {parts[p].Type} after {of}; what is stacked must be of one type.");
            for (int o = 0; o < outer; o++) parts[p].Bytes.Slice(o * inner, inner).CopyTo(stacked.Bytes[((o * parts.Count + p) * inner)..]);
        }
        return stacked;
    }

    /// <summary>One place on an axis, the axis gone.</summary>
    public static Tensor Slice(Tensor from, int axis, int at)
    {
        var slice = new Tensor(from.DType, new Shape(from.Shape.Where((_, a) => a != axis)));
        int inner = (int)new Shape(from.Shape.Skip(axis + 1)).Elements * from.DType.Size(), outer = (int)new Shape(from.Shape.Take(axis)).Elements;
        for (int o = 0; o < outer; o++) from.Bytes.Slice((o * from.Dims[axis] + at) * inner, inner).CopyTo(slice.Bytes[(o * inner)..]);
        return slice;
    }

    private static readonly Tensor Unread = new(DType.U8, Shape.Of(0));
}
