using Pare.Compression.Evaluation;
using Pare.Operators;

namespace Pare.Compression.Quantization.Rounding;

/// <summary>
/// Goes through a quantized network layer by layer and chooses codes, scales and biases anew, so that each layer makes of what it reads in
/// the quantized network what the float network makes there. What was quantized before a layer is so already.
/// </summary>
internal sealed class SequentialRounding
{
    private readonly Model _floats;
    private readonly ModelView _view;
    private readonly ActivationWalk _walk;
    private readonly RoundingOptions _options;
    private readonly CompressionContext _context;

    private SequentialRounding(Model floats, ActivationWalk walk, RoundingOptions options, CompressionContext context) =>
        (_floats, _view, _walk, _options, _context) = (floats, new ModelView(floats), walk, options, context);

    /// <summary>Chooses anew.</summary>
    /// <param name="floats">The network before it was quantized.</param>
    /// <param name="quantized">The same nodes under the same names, weights rounded to nearest, activations quantized or not.</param>
    /// <param name="walk">Samples to watch both on.</param>
    /// <param name="options">How.</param>
    /// <param name="context">Seed, threads, progress.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="RecipeException">A weight is clustered.</exception>
    public static Model Apply(Model floats, Model quantized, ActivationWalk walk, RoundingOptions options, CompressionContext context, CancellationToken cancel)
    {
        var run = new SequentialRounding(floats, walk, options, context);
        (Node Floats, LayerMap Map)[] layers = [.. run.Layers(quantized)];
        for (int i = 0; i < layers.Length; i++)
        {
            context.Report(options.Method, $"{options.Rounding(layers[i].Map.Weight)}: {layers[i].Floats.Name}", (double)i / layers.Length);
            quantized = run.Layer(quantized, layers[i].Floats, layers[i].Map, cancel);
        }
        return quantized;
    }

    private IEnumerable<(Node Floats, LayerMap Map)> Layers(Model quantized)
    {
        Dictionary<string, Node> nodes = quantized.Nodes.ToDictionary(n => n.Name, StringComparer.Ordinal);
        foreach (Node node in _floats.Nodes)
        {
            if (LayerMap.Of(_floats, node) is not { } map || !nodes.ContainsKey(node.Name)) continue;
            bool rounds = _options.Rounding(map.Weight) != WeightRounding.Nearest;
            if (!rounds && !_options.CorrectsBias) continue;
            if (rounds && RoundableWeight.Of(map.Weight, quantized.Weights[map.Weight]) is null) continue;
            if (!rounds && ReferenceEquals(quantized.Weights[map.Weight], _floats.Weights[map.Weight])) continue;
            if (_view.ReadersOf(map.Weight).Distinct().Count() > 1)
            {
                _context.Warn($"the weight '{map.Weight}' is read by several nodes, so it stays rounded to nearest");
                continue;
            }
            yield return (node, map);
        }
    }

    private Model Layer(Model quantized, Node node, LayerMap map, CancellationToken cancel)
    {
        Node reader = quantized.Nodes.First(n => n.Name == node.Name);
        Rng rng = _context.Rng(map.Weight);
        var rows = new LayerRows(map, _walk.Data.Count, rng);
        _walk.Run(_floats, [node.Outputs[0]], quantized, [reader.Inputs[0]],
            (floats, codes) => rows.Add(codes[reader.Inputs[0]], floats[node.Outputs[0]], floats.Samples), cancel);
        float[]? bias = map.Bias.Length == 0 ? null : _floats.Weights[map.Bias].ToArray();
        WeightRounding rounding = _options.Rounding(map.Weight);
        WeightEncoding weight = quantized.Weights[map.Weight];
        RoundableWeight? parts = rounding == WeightRounding.Nearest ? null : RoundableWeight.Of(map.Weight, weight);
        float[] values = _floats.Weights[map.Weight].ToArray();
        (int[]? codes, float[] scales) = (parts is null ? null : new int[values.Length], parts?.Scales() ?? weight.ToArray());
        (int[]? numbers, bool[]? kept, float[]? own) = (parts?.ScaleNumbers(), parts?.Kept(), rounding == WeightRounding.SequentialMse ? parts?.Scaled.Scales.ToArray() : null);
        if (own is not null && map.Groups > 1 && own.Length == 1)
        {
            own = null;
            _context.Warn($"rounding=sequential-mse cannot choose the one scale that the groups of '{map.Weight}' share, so it stays rounded to nearest; per=channel gives each channel its own");
        }
        var corrections = new float[map.Groups * map.Outputs];
        for (int g = 0; g < map.Groups; g++)
        {
            RoundingProblem problem = Problem(map, g, rows, values, scales, kept, bias, parts?.Most ?? 1) with { Low = Bound(node, 1), High = Bound(node, 2) };
            int[] chosen = parts is null ? Ones(problem.Weights.Length) : Choose(map, g, problem, rounding, own is null ? null : numbers, own, rng, cancel, out problem);
            for (int o = 0, i = 0; o < map.Outputs && codes is not null; o++)
                for (int k = 0; k < map.Depth; k++, i++) codes[map.Place(g, o, k)] = chosen[i];
            double[] errors = problem.MeanErrors(chosen);
            for (int o = 0; o < map.Outputs; o++) corrections[g * map.Outputs + o] = (float)errors[o];
        }
        if (parts is not null) quantized = quantized.WithWeights([KeyValuePair.Create(map.Weight, parts.With(codes!, own))]);
        return _options.CorrectsBias && map.TakesBias ? BiasEdit.Add(quantized, reader, corrections) : quantized;
    }

    private int[] Choose(LayerMap map, int group, RoundingProblem p, WeightRounding rounding, int[]? numbers, float[]? own, Rng rng, CancellationToken cancel, out RoundingProblem solved)
    {
        solved = p;
        switch (rounding)
        {
            case WeightRounding.Adaround: return AdaRound.Round(p, new AdaRoundSettings(_options.Steps), rng, _context.Threads, cancel);
            case WeightRounding.Gptq: return Gptq.Round(p, _context.Threads, cancel);
            case WeightRounding.SequentialMse when numbers is not null:
                int[] groups = new int[p.Weights.Length];
                for (int o = 0, i = 0; o < map.Outputs; o++)
                    for (int k = 0; k < map.Depth; k++, i++) groups[i] = numbers[map.Place(group, o, k)];
                (int[] codes, float[] scales) = SequentialScales.Choose(p, groups, _context.Threads, cancel);
                for (int i = 0; i < groups.Length; i++) own![groups[i]] = scales[i];
                solved = p with { Scales = scales };
                return codes;
            default: return p.Nearest();
        }
    }

    private static RoundingProblem Problem(LayerMap map, int group, LayerRows rows, float[] values, float[] scales, bool[]? kept, float[]? bias, int most)
    {
        int count = map.Outputs * map.Depth;
        (float[] w, float[] s, bool[]? k) = (new float[count], new float[count], kept is null ? null : new bool[count]);
        for (int o = 0, i = 0; o < map.Outputs; o++)
            for (int d = 0; d < map.Depth; d++, i++)
            {
                int at = map.Place(group, o, d);
                (w[i], s[i]) = (values[at], scales[at]);
                if (k is not null) k[i] = kept![at];
            }
        return new RoundingProblem
        {
            Outputs = map.Outputs,
            Depth = map.Depth,
            Rows = rows.Count,
            Weights = w,
            Scales = s,
            Most = most,
            Kept = k,
            Inputs = rows.Inputs(group),
            Targets = rows.Targets(group),
            Bias = bias is null ? null : [.. Enumerable.Range(group * map.Outputs, map.Outputs).Select(c => bias[bias.Length == 1 ? 0 : c])],
        };
    }

    // Where the rectifier that alone reads a layer's result cuts off: 1 the least, 2 the greatest number.
    private float Bound(Node node, int which)
    {
        float none = which == 1 ? float.NegativeInfinity : float.PositiveInfinity;
        if (_view.OnlyReader(node.Outputs[0]) is not { } next) return none;
        return next.Operator switch
        {
            Unary { Name: "Relu" } => which == 1 ? 0 : none,
            Clip when next.Input(which).Length > 0 && _floats.Constants.TryGetValue(next.Input(which), out Tensor? bound) && bound.DType == DType.F32 => bound.Floats[0],
            _ => none,
        };
    }

    private static int[] Ones(int count)
    {
        var ones = new int[count];
        Array.Fill(ones, 1);
        return ones;
    }
}
