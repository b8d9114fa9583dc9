using System.Collections.Immutable;

namespace Pare.Inspection;

/// <summary>Profiles one node after the other.</summary>
internal sealed class Profiler
{
    private readonly Model _model;
    private readonly TypeInference _inference;
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly HashSet<string> _constant; // values that do not depend on the model's inputs
    private readonly ImmutableArray<LayerProfile>.Builder _layers;

    /// <param name="model">A model with its inputs' names bound.</param>
    public Profiler(Model model)
    {
        _model = model;
        _inference = TypeInference.Of(model);
        _constant = new HashSet<string>(model.Weights.Keys.Concat(model.Constants.Keys), StringComparer.Ordinal);
        _layers = ImmutableArray.CreateBuilder<LayerProfile>(model.Nodes.Length);
    }

    /// <summary>The nodes so far.</summary>
    public ImmutableArray<LayerProfile> Layers => _layers.ToImmutable();

    /// <summary>The largest sum of a node's inputs and outputs.</summary>
    public long Largest { get; private set; }

    /// <summary>Profiles a node; those before it must have been.</summary>
    public void Add(Node node)
    {
        bool constant = node.Inputs.All(i => i.Length == 0 || _constant.Contains(i)) && node.Inputs.Any(i => i.Length > 0);
        if (constant) _constant.UnionWith(node.Outputs);
        string[] inputs = [.. node.Inputs.Where(i => i.Length > 0).Distinct(StringComparer.Ordinal)];
        string[] outputs = [.. node.Outputs.Where(o => o.Length > 0)];
        bool known = node.Operator is not ForeignOperator && inputs.Concat(outputs).All(v => BytesOf(v) is not null);
        OperatorCost cost = known && !constant ? node.Operator.Cost(_inference.ScopeOf(node)) : default;
        long made = known && !constant ? outputs.Sum(o => BytesOf(o)!.Value) : 0;
        if (known && !constant) Largest = Math.Max(Largest, made + inputs.Where(i => !_constant.Contains(i)).Sum(i => BytesOf(i)!.Value));
        bool still = !known || constant || node.Operator.IsView;
        LayerKind kind = KindOf(node);
        var layer = new LayerProfile
        {
            Node = node,
            Kind = kind,
            Output = outputs.Length > 0 ? _model.Types.GetValueOrDefault(outputs[0]) : null,
            IsKnown = known,
            Macs = cost.Macs,
            Operations = cost.Operations,
            ActivationBytes = still ? 0 : made,
            MovedBytes = still ? 0 : made + inputs.Sum(i => BytesOf(i)!.Value),
        };
        _layers.Add(Parameters(layer));
    }

    private LayerProfile Parameters(LayerProfile layer)
    {
        Node node = layer.Node;
        var weights = new List<string>();
        long trained = 0, kernel = 0, statistics = 0;
        for (int i = 0; i < node.Inputs.Length; i++)
        {
            string name = node.Inputs[i];
            if (LengthOf(node, i) is not { } length || !_seen.Add(name)) continue;
            if (!node.Operator.IsTrained(i)) statistics += length;
            else trained += length;
            if (node.Operator.WeightAxis(i) is not null || IsCodes(node, i)) kernel += length;
            if (node.Operator.IsTrained(i) && _model.Weights.ContainsKey(name)) weights.Add(name);
        }
        return layer with { Parameters = trained, KernelParameters = kernel, RunningStatistics = statistics, Weights = [.. weights] };
    }

    /// <summary>
    /// How many numbers of the network an input is: an F32 weight, vectors and kernels of a model in double precision, or integers that
    /// stand for real numbers. Null for shapes, indices and other constants.
    /// </summary>
    private long? LengthOf(Node node, int input)
    {
        string name = node.Inputs[input];
        if (_model.Weights.TryGetValue(name, out WeightEncoding? weight)) return weight.Length;
        if (!_model.Constants.TryGetValue(name, out Tensor? constant) || constant.Shape.Rank == 0) return null;
        return constant.DType == DType.F64 || IsCodes(node, input) ? constant.Length : null;
    }

    // Inputs of ONNX's quantized operators that hold the integers of a weight.
    private bool IsCodes(Node node, int input) => _model.Constants.ContainsKey(node.Inputs[input]) && (node.Operator.Name, input) switch
    {
        ("DequantizeLinear", 0) or ("ConvInteger", 1) or ("MatMulInteger", 1) or ("QLinearConv", 3 or 8) or ("QLinearMatMul", 3) => true,
        _ => false,
    };

    private LayerKind KindOf(Node node) => node.Operator.Name switch
    {
        _ when node.Operator is ForeignOperator => LayerKind.Other,
        "Conv" or "ConvTranspose" or "ConvInteger" or "QLinearConv" or "DeformConv" => LayerKind.Convolution,
        "Gemm" or "MatMul" or "MatMulInteger" => _constant.Contains(node.Input(1)) || _constant.Contains(node.Input(0)) ? LayerKind.FullyConnected : LayerKind.Other,
        "QLinearMatMul" => _constant.Contains(node.Input(3)) ? LayerKind.FullyConnected : LayerKind.Other,
        "BatchNormalization" or "InstanceNormalization" or "LayerNormalization" or "GroupNormalization" or "RMSNormalization" or "LRN"
            or "MeanVarianceNormalization" or "LpNormalization" => LayerKind.Normalization,
        _ => LayerKind.Other,
    };

    private long? BytesOf(string value) =>
        _model.Types.TryGetValue(value, out TensorType? type) && type.Shape.IsFixed ? type.Shape.Elements * type.DType.Size() : null;
}
