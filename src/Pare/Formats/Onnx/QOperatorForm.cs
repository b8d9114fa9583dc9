using Pare.Encodings;
using Pare.Operators;

namespace Pare.Formats.Onnx;

/// <summary>
/// Rewrites layers between DequantizeLinear and QuantizeLinear as ONNX's integer operators: Conv as QLinearConv, MatMul and Gemm without a bias
/// as QLinearMatMul, Gemm with a bias, for which ONNX has no single operator, as MatMulInteger, Add, Cast and Mul. The rest stays as it is.
/// </summary>
internal sealed class QOperatorForm
{
    private const string Widths = "the QOperator form has integers of 8 bits (int8, uint8; weights of 1 to 8 bits are written as int8). Quantize to 8 bits, or write the form qdq, which has 16 bits too";

    private readonly Model _model;
    private readonly ModelEditor _editor;
    private readonly QuantizedLayers _layers;
    private readonly Faults _faults = new();
    private readonly Dictionary<(string Weight, bool Transposed), (string Codes, string Scale, string Zero)> _weights = [];

    private QOperatorForm(Model model)
    {
        _model = model;
        _editor = new ModelEditor(model);
        _layers = new QuantizedLayers(model);
    }

    /// <summary>Applies the rewriting.</summary>
    /// <exception cref="UnsupportedException">A layer has integers of 16 bits.</exception>
    public static Model Apply(Model model)
    {
        var form = new QOperatorForm(model);
        bool changed = false;
        foreach (Node node in model.Nodes)
            if (form._layers.Of(node) is { } layer) changed |= form.Rewrite(layer);
        form._faults.ThrowIfAny("The model cannot be written in the QOperator form", Widths[..1].ToUpperInvariant() + Widths[1..] + ".");
        if (!changed) return model;
        form._editor.RemoveUnused();
        return form._editor.Build();
    }

    private bool Rewrite(QuantizedLayer layer)
    {
        Node node = layer.Node;
        if (layer.Input is not { } source || !_model.Weights.TryGetValue(node.Inputs[1], out WeightEncoding? weight) || QuantizedWeight.Of(weight) is not { Block: 0 } quantized) return false;
        bool isConv = node.Operator is Conv;
        int channels = isConv ? 0 : node.Operator is Gemm { TransB: true } ? 0 : 1;
        if (quantized.Axis is not Scaled.WholeWeight && quantized.Axis != channels) return false;
        if (!isConv && weight.Shape.Rank != 2) return false;
        int[]? bias = null;
        if (layer.Bias.Length > 0 && (bias = Bias(layer, quantized, weight.Shape.Fixed[channels])) is null) return false;
        if (isConv ? layer.Output is null : layer.Output is null && bias is null) return false;
        if (layer.Outputs > 1) return false;
        if (!quantized.FitsI8) _faults.Add($"codes of {quantized.Bits} bits", $"weight '{node.Inputs[1]}'");
        foreach (string? value in (string?[])[source.Inputs[0], layer.Output?.Outputs[0]])
            if (value is not null && _model.Types[value].DType is not (DType.I8 or DType.U8) and var type) _faults.Add($"values of {type}", $"'{value}' at node {node}");
        if (!quantized.FitsI8 || _model.Types[source.Inputs[0]].DType is not (DType.I8 or DType.U8)) return false;
        if (!isConv && bias is not null) Integer(layer, source, quantized, bias);
        else Linear(layer, source, quantized, bias);
        return true;
    }

    // QLinearConv and QLinearMatMul: x, its scale and zero point, those of the weight, those of the result.
    private void Linear(QuantizedLayer layer, Node source, QuantizedWeight quantized, int[]? bias)
    {
        Node node = layer.Node, output = layer.Output!;
        bool transposed = node.Operator is Gemm { TransB: true };
        (string codes, string scale, string zero) = Weight(node.Inputs[1], quantized, transposed);
        (string yScale, string yZero) = (output.Inputs[1], Zero(output, output.Outputs[0]));
        var inputs = new List<string> { source.Inputs[0], source.Inputs[1], Zero(source, source.Inputs[0]), codes, scale, zero, yScale, yZero };
        if (bias is not null) inputs.Add(_editor.SetConstant(_editor.FreshValue($"{layer.Bias}_quantized"), Tensor.Vector<int>(bias)));
        Operator op = node.Operator is Conv conv ? new QLinearConv { Conv = conv } : new QLinearMatMul();
        if (AreImplied(layer))
        {
            _editor.Replace(node, node with { Operator = op, Inputs = [.. inputs], Outputs = output.Outputs });
            foreach (Node between in layer.Between) _editor.Remove(between);
            _editor.Remove(output);
            return;
        }
        // The rectifier stays: what it gives is the same, quantized before or behind it.
        string made = _editor.FreshValue($"{node.Outputs[0]}_quantized");
        _editor.Replace(node, node with { Operator = op, Inputs = [.. inputs], Outputs = [made] },
            new Node(_editor.FreshNode($"{node.Name}_dequantize"), new DequantizeLinear(), [made, yScale, yZero], node.Outputs));
    }

    // y = (sum + bias) * scale of x * scale of the weight, in floats as before.
    private void Integer(QuantizedLayer layer, Node source, QuantizedWeight quantized, int[] bias)
    {
        Node node = layer.Node;
        (string codes, _, _) = Weight(node.Inputs[1], quantized, node.Operator is Gemm { TransB: true });
        float[] products = Array.ConvertAll(quantized.Scales, s => layer.InputScale * s);
        string scale = Floats($"{node.Name}_scale", products, isOne: products.Length == 1);
        string sum = _editor.FreshValue($"{node.Outputs[0]}_sum"), biased = _editor.FreshValue($"{node.Outputs[0]}_biased"), cast = _editor.FreshValue($"{node.Outputs[0]}_float");
        string b = _editor.SetConstant(_editor.FreshValue($"{layer.Bias}_quantized"), Tensor.Vector<int>(bias));
        _editor.Replace(
            node,
            node with { Operator = new MatMulInteger(), Inputs = [source.Inputs[0], codes, Zero(source, source.Inputs[0])], Outputs = [sum] },
            new Node(_editor.FreshNode($"{node.Name}_bias"), new Binary(BinaryFunctions.Add), [sum, b], [biased]),
            new Node(_editor.FreshNode($"{node.Name}_cast"), new Cast(DType.F32), [biased], [cast]),
            new Node(_editor.FreshNode($"{node.Name}_scale"), new Binary(BinaryFunctions.Mul), [cast, scale], node.Outputs));
    }

    private (string Codes, string Scale, string Zero) Weight(string name, QuantizedWeight quantized, bool transposed)
    {
        if (_weights.TryGetValue((name, transposed), out var made)) return made;
        sbyte[] codes = quantized.ToI8();
        Shape shape = quantized.Shape;
        if (transposed)
        {
            (int rows, int columns) = (shape.Fixed[0], shape.Fixed[1]);
            var turned = new sbyte[codes.Length];
            for (int r = 0; r < rows; r++)
                for (int c = 0; c < columns; c++) turned[c * rows + r] = codes[r * columns + c];
            (codes, shape) = (turned, Shape.Of(columns, rows));
        }
        bool isOne = quantized.Axis == Scaled.WholeWeight;
        string values = _editor.SetConstant(_editor.FreshValue($"{name}_quantized"), Tensor.Of<sbyte>(shape, codes));
        string scale = Floats($"{name}_scale", quantized.Scales, isOne);
        string zero = _editor.SetConstant(_editor.FreshValue($"{name}_zero_point"), new Tensor(DType.I8, isOne ? Shape.Scalar : Shape.Of(quantized.Scales.Length)));
        return _weights[(name, transposed)] = (values, scale, zero);
    }

    private string Floats(string wish, float[] values, bool isOne) => isOne
        ? _editor.SetConstant(_editor.FreshValue(wish), Tensor.Scalar(values[0]))
        : _editor.SetWeight(_editor.FreshValue(wish), new Dense(Shape.Of(values.Length), values));

    /// <summary>The zero point of a QuantizeLinear or DequantizeLinear; one is made where it says none.</summary>
    private string Zero(Node node, string quantized) => node.Input(2) is { Length: > 0 } zero ? zero
        : _editor.SetConstant(_editor.FreshValue($"{quantized}_zero_point"), new Tensor(_model.Types[quantized].DType, Shape.Scalar));

    // b_q = round half even(b / (s_x s_w[c])), as the QDQ form has it
    private int[]? Bias(QuantizedLayer layer, QuantizedWeight quantized, int channels)
    {
        if (!_model.Weights.TryGetValue(layer.Bias, out WeightEncoding? bias) || bias.Length != channels || bias.Shape.Rank != 1) return null;
        return StoredWeight.OfBias(new Dense(bias.Shape, bias.ToArray()), layer.InputScale, quantized.Scales) is { } stored
            ? System.Runtime.InteropServices.MemoryMarshal.Cast<byte, int>(stored.Codes.RawData.Span).ToArray() : null;
    }

    // A rectifier does nothing where the integers cannot say what it takes away: Relu in front of codes whose least stands for 0.
    private bool AreImplied(QuantizedLayer layer)
    {
        if (layer.Between.Count == 0) return true;
        Node output = layer.Output!;
        (long least, long most) = Quantization.Range(_model.Types[output.Outputs[0]].DType);
        long zero = output.Input(2).Length == 0 ? 0 : new Wholes(_model.Constants[output.Inputs[2]])[0];
        float scale = _model.Constants[output.Inputs[1]].Floats[0], low = (least - zero) * scale, high = (most - zero) * scale;
        return layer.Between.All(n => n.Operator is Clip
            ? Limit(n.Input(1)) is { } least && least <= low && Limit(n.Input(2), float.PositiveInfinity) is { } most && most >= high
            : low >= 0);
    }

    private float? Limit(string name, float absent = float.NegativeInfinity) => name.Length == 0 ? absent
        : _model.Constants.GetValueOrDefault(name) is { DType: DType.F32, Length: 1 } limit ? limit.Floats[0] : null;
}
