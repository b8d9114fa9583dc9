using System.Collections.Immutable;

namespace Pare.Inspection;

/// <summary>What a node costs: parameters, multiply-accumulates, memory.</summary>
/// <param name="Node">The node.</param>
/// <param name="Output">Type of the first output, the batch bound to 1; null where it is not known, behind a node that Pare lacks.</param>
/// <param name="Parameters">Trainable numbers that the node is the first to read, before any compression.</param>
/// <param name="Macs">Multiply-accumulates of one run at batch 1, bias excluded.</param>
/// <param name="Weights">The weights counted in <paramref name="Parameters"/>.</param>
public sealed record LayerProfile(Node Node, TensorType? Output, long Parameters, long Macs, ImmutableArray<string> Weights);

/// <summary>Where a model's numbers, multiplications and memory are, at batch 1.</summary>
/// <param name="Layers">One for each node, in order.</param>
/// <param name="Parameters">All trainable numbers; running statistics of batch norms are not trained and not counted.</param>
/// <param name="Macs">All multiply-accumulates.</param>
/// <param name="LargestActivationBytes">The largest sum of a node's inputs and outputs.</param>
public sealed record Profile(ImmutableArray<LayerProfile> Layers, long Parameters, long Macs, long LargestActivationBytes)
{
    /// <summary>Profiles a model; every open length is taken as 1.</summary>
    public static Profile Of(Model model)
    {
        Model bound = BatchOfOne(model);
        TypeInference inference = TypeInference.Of(bound);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        ImmutableArray<LayerProfile>.Builder layers = ImmutableArray.CreateBuilder<LayerProfile>(bound.Nodes.Length);
        long largest = 0;
        foreach (Node node in bound.Nodes)
        {
            ImmutableArray<string> weights = [.. node.Inputs.Where((name, i) => bound.Weights.ContainsKey(name) && node.Operator.IsTrained(i) && seen.Add(name))];
            layers.Add(new LayerProfile(
                node, node.Outputs is [var first, ..] ? bound.Types.GetValueOrDefault(first) : null, weights.Sum(w => (long)bound.Weights[w].Length),
                bound.IsTyped(node) ? node.Operator.Cost(inference.ScopeOf(node)).Macs : 0, weights));
            largest = Math.Max(largest, ActivationBytes(bound, node));
        }
        return new Profile(layers.ToImmutable(), layers.Sum(l => l.Parameters), layers.Sum(l => l.Macs), largest);
    }

    private static Model BatchOfOne(Model model)
    {
        var editor = new ModelEditor(model);
        foreach ((string name, TensorType type) in model.Inputs)
            editor.SetInput(name, type with { Shape = type.Shape.Bind(type.Shape.SelectMany(d => d.Names).Distinct().ToDictionary(n => n, _ => 1L)) });
        foreach (Node node in model.Nodes)
            if (node.Operator is ForeignOperator foreign) editor.Replace(node, node with { Operator = foreign.Bind(s => s.Bind(s.SelectMany(d => d.Names).Distinct().ToDictionary(n => n, _ => 1L))) });
        return editor.Build();
    }

    private static long ActivationBytes(Model model, Node node) =>
        node.Inputs.Where(n => n.Length > 0 && !model.Weights.ContainsKey(n) && !model.Constants.ContainsKey(n)).Distinct()
            .Concat(node.Outputs.Where(n => n.Length > 0))
            .Sum(n => model.Types.GetValueOrDefault(n) is { Shape.IsFixed: true } type ? type.Shape.Elements * type.DType.Size() : 0);
}
