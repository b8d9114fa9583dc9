using Pare.Operators;
using Pare.Passes;

namespace Pare.Lowering;

/// <summary>
/// Turns DequantizeLinear -> operator (-> rectifier or clip) -> QuantizeLinear into operators that compute with integers alone. What has no
/// integer form, or is not quantized on both sides, stays as it is and runs on dequantized numbers.
/// </summary>
/// <remarks>docs/integer-arithmetic.md states what each form computes.</remarks>
internal sealed partial class IntegerRewrite
{
    private readonly Model _model;
    private readonly ModelEditor _editor;
    private readonly Readers _readers;
    private readonly Dictionary<string, Node> _makers;
    private readonly Dictionary<string, string> _same = new(StringComparer.Ordinal); // what was quantized again as it was

    private IntegerRewrite(Model model)
    {
        _model = model;
        _editor = new ModelEditor(model);
        _readers = new Readers(model);
        _makers = Makers.Of(model);
    }

    /// <summary>Applies the pass to a model with fixed shapes.</summary>
    /// <exception cref="ModelException">Sums of a layer might not fit in 32 bits, or a scale is no positive number.</exception>
    public static Model Apply(Model model)
    {
        if (!model.Nodes.Any(n => n.Operator is QuantizeLinear or DequantizeLinear or QLinearConv or QLinearMatMul)) return model;
        model = new IntegerRewrite(model).MovesOfDequantized();
        model = new IntegerRewrite(model).MovesToQuantized();
        return new IntegerRewrite(model).Rewritten();
    }

    private Model Rewritten()
    {
        foreach (Node node in _model.Nodes)
        {
            if (node.Operator is QLinearConv or QLinearMatMul) Unpack(node);
            else if (node.Operator is QuantizeLinear && ScaleOf(node) is { Is8Bits: true } to && !Tabulate(node, to)) Merge(node, to);
        }
        _editor.RemoveUnused();
        return _editor.Build();
    }

    /// <summary>What quantized numbers stand for: (q - Zero) * Scale.</summary>
    private readonly record struct Affine(float Scale, int Zero, DType Type)
    {
        public bool Is8Bits => Type is DType.U8 or DType.I8;

        /// <summary>The greatest |q - Zero|.</summary>
        public int Reach
        {
            get
            {
                (long least, long most) = Quantization.Range(Type);
                return (int)Math.Max(Zero - least, most - Zero);
            }
        }

        public int Quantize(float value) => (int)Quantization.Quantize(value, Scale, Zero, Type);

        public float Dequantize(int code) => (code - Zero) * Scale;
    }

    /// <summary>A computed value of 8 bits and what it stands for.</summary>
    private readonly record struct Source(string Value, Affine Of);

    // The one known scale and zero point of a QuantizeLinear or DequantizeLinear; null where they are several, or computed.
    private Affine? ScaleOf(Node node)
    {
        DType type = _model.Types[node.Operator is QuantizeLinear ? node.Outputs[0] : node.Inputs[0]].DType;
        if (type is not (DType.U8 or DType.I8 or DType.U16 or DType.I16)) return null;
        return Known(node, node.Inputs[1], node.Input(2), type);
    }

    private Affine? Known(Node node, string scaleName, string zeroName, DType type)
    {
        if (_model.Floats(scaleName) is not { Values: [float scale] }) return null;
        ScaleCheck.Require(node.ToString(), scaleName, [scale]);
        if (zeroName.Length == 0) return new Affine(scale, 0, type);
        return _model.Constants.GetValueOrDefault(zeroName)?.ToInt64s() is [long zero] ? new Affine(scale, (int)zero, type) : null;
    }

    // Where a value is dequantized from computed numbers of 8 bits: those.
    private Source? SourceOf(string value)
    {
        if (!_makers.TryGetValue(value, out Node? maker) || maker.Operator is not DequantizeLinear || !IsComputed(maker.Inputs[0])) return null;
        return ScaleOf(maker) is { Is8Bits: true } affine ? new Source(_same.GetValueOrDefault(maker.Inputs[0], maker.Inputs[0]), affine) : null;
    }

    private bool IsComputed(string value) => value.Length > 0 && !_model.Weights.ContainsKey(value) && !_model.Constants.ContainsKey(value);

    // The maker of a value that nothing else reads.
    private Node? Before(string value) => _readers.Only(value) is not null ? _makers.GetValueOrDefault(value) : null;

    private string Constant(string wish, Tensor value) => _editor.SetConstant(_editor.FreshValue(wish), value);
}
