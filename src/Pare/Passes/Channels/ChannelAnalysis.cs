using System.Collections.Immutable;

namespace Pare.Passes.Channels;

/// <summary>
/// Which channels of a model live and fall together: through sums, concatenations, groups, shuffles and flattening, by the rules of the
/// operators (<see cref="Operator.Channels"/>).
/// </summary>
/// <remarks>The idea of dependency groups: Fang et al., "DepGraph: Towards Any Structural Pruning", CVPR 2023.</remarks>
public sealed class ChannelAnalysis
{
    private readonly ChannelClasses _classes = new();
    private readonly Dictionary<string, ChannelMap> _maps = new(StringComparer.Ordinal);
    private readonly List<WeightTie> _ties = [];
    private readonly List<ChannelBarrier> _barriers = [];
    private readonly Model _bound;
    private readonly TypeInference _types;

    private ChannelAnalysis(Model bound)
    {
        _bound = bound;
        _types = TypeInference.Of(bound);
        foreach (Node node in bound.Nodes)
        {
            var scope = new Scope(this, node);
            if (!bound.IsTyped(node)) scope.KeepAll("it stands behind a node that Pare lacks, so its types are not known");
            else if (node.Inputs.Concat(node.Outputs).All(v => v.Length == 0 || bound.Types[v].Shape.IsFixed)) node.Operator.Channels(scope);
            else scope.KeepAll("its shapes depend on computed values");
        }
        foreach (string output in bound.Outputs)
            if (_maps.TryGetValue(output, out ChannelMap? map)) Hold(map);
        TieSharedWeights();
        Sources =
        [
            .. _ties.Where(t => t.Node.Operator.WeightAxis(t.Input) == t.Axis).DistinctBy(t => t.Weight)
                .Select(t => new ChannelSource(t.Weight, t.Axis, [.. t.Channels.Select(_classes.Find)])),
        ];
        Barriers = [.. _barriers];
    }

    /// <summary>The layers that make channels, in the model's order.</summary>
    public ImmutableArray<ChannelSource> Sources { get; }

    /// <summary>The nodes that hold channels, in the model's order; the outputs of the model hold theirs too.</summary>
    public ImmutableArray<ChannelBarrier> Barriers { get; }

    /// <summary>Analyses a model; open lengths are taken as 1.</summary>
    public static ChannelAnalysis Of(Model model) => new(OpenLengths.AsOne(model));

    /// <summary>The nodes as analysed.</summary>
    internal IEnumerable<Node> Nodes => _bound.Nodes;

    /// <summary>The indices of weights and the classes they fall with: one entry for each weight and axis.</summary>
    public IEnumerable<(string Weight, int Axis, ImmutableArray<int> Classes)> WeightAxes =>
        _ties.DistinctBy(t => (t.Weight, t.Axis)).Select(t => (t.Weight, t.Axis, t.Channels.Select(_classes.Find).ToImmutableArray()));

    /// <summary>The channels of a value, or null; ask <see cref="ClassOf"/> what they belong to.</summary>
    internal ChannelMap? MapOf(string value) => _maps.GetValueOrDefault(value);

    /// <summary>The class of a channel.</summary>
    internal int ClassOf(int channel) => _classes.Find(channel);

    /// <summary>Types and known values, as a node sees them.</summary>
    internal InferScope TypesOf(Node node) => _types.ScopeOf(node);

    // A weight that several nodes read is cut for all of them, and only where each of them said how.
    private void TieSharedWeights()
    {
        foreach (IGrouping<(string, int), WeightTie> shared in _ties.GroupBy(t => (t.Weight, t.Axis)))
            foreach (WeightTie tie in shared.Skip(1))
                for (int i = 0; i < tie.Channels.Length; i++) _classes.Tie(shared.First().Channels[i], tie.Channels[i]);
        foreach (IGrouping<string, WeightTie> tied in _ties.GroupBy(t => t.Weight, StringComparer.Ordinal))
            if (_bound.Outputs.Contains(tied.Key) || _bound.Nodes.Any(n => n.Inputs.Contains(tied.Key) && !tied.Any(t => ReferenceEquals(t.Node, n))))
                foreach (int channel in tied.SelectMany(t => t.Channels)) _classes.Tie(channel, ChannelMap.Kept);
    }

    private void Hold(ChannelMap map)
    {
        foreach (int channel in map.Channels) _classes.Tie(channel, ChannelMap.Kept);
    }

    private sealed record WeightTie(Node Node, int Input, int Axis, int[] Channels)
    {
        public string Weight => Node.Inputs[Input];
    }

    private sealed class Scope(ChannelAnalysis all, Node node) : ChannelScope
    {
        public override Node Node => node;

        public override InferScope Types { get; } = all._types.ScopeOf(node);

        public override ChannelMap? Input(int input) => all._maps.GetValueOrDefault(node.Input(input));

        public override Shape OutputShape(int output = 0) => all._bound.Types[node.Outputs[output]].Shape;

        public override bool IsWeight(int input) => all._bound.Weights.ContainsKey(node.Input(input));

        public override int[] Fresh(int count) => all._classes.Fresh(count);

        public override void Tie(int first, int second) => all._classes.Tie(first, second);

        public override void TieWeight(int input, int axis, ReadOnlySpan<int> channels) =>
            all._ties.Add(new WeightTie(node, input, axis, channels.ToArray()));

        public override void Output(ChannelMap map, int output = 0)
        {
            if (node.Outputs[output].Length == 0) return;
            bool tied = false;
            foreach ((int first, int second) in map.WholeTies())
            {
                all._classes.Tie(first, second);
                tied = true;
            }
            // Tied channels are one from here on, so that a map may vary along fewer axes than before.
            all._maps[node.Outputs[output]] = tied ? map.Relabelled(all._classes.Find) : map;
        }

        public override void KeepAll(string reason)
        {
            bool holds = false;
            foreach (string input in node.Inputs)
            {
                if (all._maps.TryGetValue(input, out ChannelMap? map))
                {
                    all.Hold(map);
                    holds = true;
                }
                holds |= all._bound.Weights.ContainsKey(input);
            }
            if (holds) all._barriers.Add(new ChannelBarrier(node, reason));
        }
    }
}
