using Pare.Encodings;
using Pare.Operators;

namespace Pare.Formats.Onnx;

/// <summary>
/// Reads a DequantizeLinear of an initializer as a weight: Scaled(Integer), named after the node's output. Weights that are quantized within the
/// file (QuantizeLinear, then DequantizeLinear) are quantized here. Integers of 32 bits, biases, become plain floats.
/// </summary>
/// <remarks>
/// Zero points that differ are subtracted from the codes, which may take 16 bits then. Where one initializer feeds several nodes, each gets its
/// weight; what other nodes read stays a constant too. Nodes in bodies of If, Loop and Scan stay nodes.
/// </remarks>
internal sealed class WeightReader(Initializers initializers, Func<string, NarrowTensor?> narrow)
{
    /// <summary>A small file must not become a huge one: an initializer that is made floats, or quantized, more than once may have so many numbers.</summary>
    private const int MostRepeated = 1 << 12;

    private readonly Dictionary<string, NarrowTensor?> _codes = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Codes, int Zero), Integer> _integers = [];
    private readonly Dictionary<(string Scales, Shape Shape), Dense> _scales = [];
    private readonly Dictionary<string, Node> _quantizers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _sources = new(StringComparer.Ordinal); // what folded nodes read
    private readonly Dictionary<string, int> _uses = new(StringComparer.Ordinal);

    /// <summary>True for an initializer that only folded nodes read.</summary>
    public bool IsFolded(string name) => _sources.Contains(name);

    /// <summary>Puts weights into the model in place of nodes, and takes initializers out that nobody reads any more.</summary>
    /// <param name="nodes">All nodes of the graph.</param>
    /// <param name="outputs">What the graph returns.</param>
    /// <param name="editor">The model.</param>
    /// <returns>The nodes that are left.</returns>
    /// <exception cref="ModelException">A scale is no positive finite number, or shapes do not fit.</exception>
    public List<Node> Fold(IReadOnlyList<Node> nodes, IEnumerable<string> outputs, ModelEditor editor)
    {
        foreach (string input in nodes.SelectMany(n => n.Inputs)) _uses[input] = _uses.GetValueOrDefault(input) + 1;
        foreach (Node node in nodes)
        {
            ScaleCheck.Require(node, name => initializers.Find(name) is { DType: DType.F32 } scales ? scales.Floats.ToArray() : null);
            if (node is { Operator: QuantizeLinear, Outputs: [var made] }) _quantizers.TryAdd(made, node);
        }
        var folded = new HashSet<Node>(ReferenceEqualityComparer.Instance);
        foreach (Node node in nodes)
        {
            if (node is not { Operator: DequantizeLinear op, Outputs: [{ Length: > 0 } output], Inputs.Length: 2 or 3 } || !Fold(node, op, output, editor)) continue;
            folded.Add(node);
            _sources.UnionWith(node.Inputs);
        }
        if (folded.Count == 0) return [.. nodes];
        HashSet<string> read = [.. outputs, .. nodes.Where(n => !folded.Contains(n)).SelectMany(n => n.Inputs)];
        foreach (Node node in nodes)
        {
            if (node.Operator is not QuantizeLinear || node.Outputs is not [var made] || !_sources.Contains(made) || read.Contains(made)) continue;
            folded.Add(node);
            _sources.UnionWith(node.Inputs);
        }
        read = [.. outputs, .. nodes.Where(n => !folded.Contains(n)).SelectMany(n => n.Inputs)];
        _sources.ExceptWith(read);
        foreach (string name in _sources) initializers.Remove(name);
        return [.. nodes.Where(n => !folded.Contains(n))];
    }

    private bool Fold(Node node, DequantizeLinear op, string output, ModelEditor editor)
    {
        string codes = node.Inputs[0], zero = node.Input(2);
        if (initializers.Find(node.Inputs[1]) is not { DType: DType.F32 } scales) return false;
        if (initializers.Find(codes) is { DType: DType.I32 } wide) return FoldWide(node, op, output, wide, scales, editor);
        if (CodesOf(codes) is not { } from || (zero.Length > 0 && CodesOf(zero) is null)) return false;
        NarrowTensor? zeros = zero.Length > 0 ? CodesOf(zero) : null;
        if (zeros is not null && (zeros.Codes.Bits != from.Codes.Bits || zeros.IsSigned != from.IsSigned))
            throw new ModelException($"Node {node}: the codes '{codes}' and the zero point '{zero}' are of different types; they must be of the same.");
        Check(node, from.Shape, scales.Shape, zeros?.Shape, op.Axis, op.Block);
        Integer integer = Codes(node, op, from, zeros);
        if (from.Shape.Rank == 0)
        {
            editor.SetConstant(output, Tensor.Scalar(integer.ToArray()[0] * scales.Floats[0]));
            return true;
        }
        int axis = op.Block > 0 ? from.Shape.Axis(op.Axis) : AxisOf(from.Shape, scales.Shape, op.Axis);
        Shape shape = Scaled.ScaleShape(from.Shape, axis, op.Block);
        if (!_scales.TryGetValue((node.Inputs[1], shape), out Dense? by)) _scales[(node.Inputs[1], shape)] = by = new Dense(shape, scales.Floats.ToArray());
        editor.SetWeight(output, new Scaled(axis, by, integer, op.Block));
        return true;
    }

    private bool FoldWide(Node node, DequantizeLinear op, string output, Tensor codes, Tensor scales, ModelEditor editor)
    {
        Tensor? zeros = node.Input(2).Length > 0 ? initializers.Find(node.Inputs[2]) : null;
        if ((node.Input(2).Length > 0 && zeros is not { DType: DType.I32 }) || (codes.Length > MostRepeated && _uses[node.Inputs[0]] > 1)) return false;
        Check(node, codes.Shape, scales.Shape, zeros?.Shape, op.Axis, op.Block);
        var values = new Tensor(DType.F32, codes.Shape);
        op.Evaluate([codes, scales, zeros], [values]);
        if (codes.Shape.Rank == 0) editor.SetConstant(output, values);
        else editor.SetWeight(output, new Dense(codes.Shape, values.Floats.ToArray()));
        return true;
    }

    // A single scale of a rank-1 tensor belongs to an axis where the axis has that one place: equal numbers, and written so again.
    private static int AxisOf(Shape codes, Shape scales, int axis) =>
        scales.Rank == 1 && axis >= -codes.Rank && axis < codes.Rank && codes.Fixed[codes.Axis(axis)] == scales.Fixed[0] ? codes.Axis(axis) : Scaled.WholeWeight;

    private Integer Codes(Node node, DequantizeLinear op, NarrowTensor from, NarrowTensor? zeros)
    {
        int[] zero = zeros?.ToNumbers() ?? [0];
        if (zero.Length == 0) zero = [0];
        if (Array.TrueForAll(zero, z => z == zero[0]))
        {
            (string, int) key = (node.Inputs[0], zero[0]);
            if (!_integers.TryGetValue(key, out Integer? shared)) _integers[key] = shared = new Integer(from.Shape, from.Codes, zero[0], from.IsSigned);
            return shared;
        }
        if (_uses[node.Inputs[0]] > 1 && from.Codes.Count > MostRepeated)
            throw new UnsupportedException($"Node {node}: its {from.Codes.Count} codes have zero points that differ, and other nodes read them too; Pare reads such a weight from one node only.");
        int[] codes = from.ToNumbers();
        Func<int, int> at = Quantization.ScaleOf(from.Shape, zeros!.Shape, op.Axis, op.Block);
        for (int i = 0; i < codes.Length; i++) codes[i] -= zero[at(i)];
        foreach (int bits in (ReadOnlySpan<int>)[from.Codes.Bits, 8, 16])
        {
            (int least, int most) = Integer.Range(bits, isSigned: true);
            if (Array.TrueForAll(codes, c => c >= least && c <= most)) return Integer.Of(from.Shape, bits, codes, 0, isSigned: true);
        }
        throw new UnsupportedException($"Node {node}: the codes '{node.Inputs[0]}' less their zero points, which differ, need more than 16 bits. Use one zero point for the weight.");
    }

    /// <summary>The codes of an initializer, or of one that is quantized within the file.</summary>
    private NarrowTensor? CodesOf(string name)
    {
        if (_codes.TryGetValue(name, out NarrowTensor? known)) return known;
        return _codes[name] = initializers.Find(name) is { } tensor ? NarrowTensor.Of(tensor)
            : narrow(name) ?? (_quantizers.GetValueOrDefault(name) is { } quantizer ? Quantize(quantizer) : null);
    }

    private NarrowTensor? Quantize(Node node)
    {
        if (node is not { Operator: QuantizeLinear op, Inputs.Length: 2 or 3 } || initializers.Find(node.Inputs[0]) is not { DType: DType.F32 } values
            || initializers.Find(node.Inputs[1]) is not { DType: DType.F32 } scales || (_uses[node.Inputs[0]] > 1 && values.Length > MostRepeated)) return null;
        string zero = node.Input(2);
        NarrowTensor? zeros = zero.Length > 0 ? CodesOf(zero) : null;
        if ((zero.Length > 0 && zeros is null) || (op.To is not (null or DType.U8 or DType.I8 or DType.U16 or DType.I16))) return null;
        Check(node, values.Shape, scales.Shape, zeros?.Shape, op.Axis, op.Block);
        DType type = zeros is null ? op.To ?? DType.U8
            : zeros.Codes.Bits == 16 ? (zeros.IsSigned ? DType.I16 : DType.U16) : zeros.IsSigned ? DType.I8 : DType.U8;
        int bits = zeros?.Codes.Bits ?? type.Size() * 8;
        int[]? zeroPoints = zeros?.ToNumbers();
        Func<int, int> at = Quantization.ScaleOf(values.Shape, scales.Shape, op.Axis, op.Block);
        (int least, int most) = Integer.Range(bits, type is DType.I8 or DType.I16);
        var patterns = new ushort[values.Length];
        for (int i = 0; i < patterns.Length; i++)
        {
            int code = (int)Quantization.Quantize(values.Floats[i], scales.Floats[at(i)], zeroPoints?[at(i)] ?? 0, type);
            patterns[i] = (ushort)(Math.Clamp(code, least, most) & ((1 << bits) - 1)); // widths below 8 saturate earlier
        }
        return new NarrowTensor(values.Shape, Pare.Codes.Pack(bits, patterns), type is DType.I8 or DType.I16);
    }

    private static void Check(Node node, Shape x, Shape scales, Shape? zeros, int axis, int block)
    {
        bool hasAxis = axis >= -x.Rank && axis < x.Rank;
        bool fits = block > 0 ? hasAxis && scales.Equals(Scaled.ScaleShape(x, x.Axis(axis), block))
            : Quantization.IsOne(scales) || (hasAxis && scales.Rank == 1 && scales.Fixed[0] == x.Fixed[x.Axis(axis)]);
        if (!fits)
            throw new ModelException($"Node {node}: the scales are {scales}, the input is {x}, the axis {axis}{(block > 0 ? $", blocks of {block}" : "")}; one scale, one for each place of the axis, or one for each block along it, is needed.");
        if (zeros is not null && zeros.Elements != scales.Elements)
            throw new ModelException($"Node {node}: it has scales {scales} and zero points {zeros}; they must be as many.");
    }
}
