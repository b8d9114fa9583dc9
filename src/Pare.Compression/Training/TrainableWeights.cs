using System.Collections.Immutable;

namespace Pare.Compression.Training;

/// <summary>
/// The weights of a model with every leaf of their encodings in memory that a trainer owns. Decoding, pulling gradients back and
/// updating work on that memory and allocate nothing; an immutable model is made only when asked for.
/// </summary>
public sealed class TrainableWeights
{
    private readonly Model _model;
    private readonly Dictionary<string, BoundWeight> _bound;

    private TrainableWeights(Model model, Dictionary<string, BoundWeight> bound)
    {
        _model = model;
        _bound = bound;
        Names = [.. model.WeightsInOrder().Where(bound.ContainsKey)];
        Leaves = [.. Names.SelectMany(n => bound[n].Leaves)];
    }

    /// <summary>The weights that are bound, in the order in which the nodes read them.</summary>
    public ImmutableArray<string> Names { get; }

    /// <summary>Their leaves, weight by weight.</summary>
    public ImmutableArray<TrainableLeaf> Leaves { get; }

    /// <summary>Gives the leaves of some weights memory of their own.</summary>
    /// <param name="model">The model; it stays as it is.</param>
    /// <param name="weights">Names of weights; null: all that nodes read.</param>
    /// <param name="trains">Which leaves train; null: all of them. A weight without such a leaf is left out.</param>
    /// <exception cref="ArgumentException">The model has no weight of a name.</exception>
    public static TrainableWeights Bind(Model model, IEnumerable<string>? weights = null, Func<LeafScope, bool>? trains = null)
    {
        var bound = new Dictionary<string, BoundWeight>(StringComparer.Ordinal);
        foreach (string name in weights ?? model.WeightsInOrder())
        {
            if (!model.Weights.TryGetValue(name, out WeightEncoding? encoding))
                throw new ArgumentException($"The model has no weight '{name}'.", nameof(weights));
            BoundWeight weight = new(name, encoding, model.ScopeOf(name), trains ?? (_ => true));
            if (weight.Leaves.Any(l => l.Trains)) bound[name] = weight;
        }
        return new TrainableWeights(model, bound);
    }

    /// <summary>Writes a weight's numbers, decoded from its leaves, row-major.</summary>
    public void DecodeInto(string name, Span<float> destination) => _bound[name].Tree.Decode(0, destination);

    /// <summary>Sets the gradients of a weight's leaves to what the gradient of the whole weight makes of them.</summary>
    public void PullBack(string name, ReadOnlySpan<float> gradient) => _bound[name].PullBack(gradient);

    /// <summary>A model with copies of the numbers as they are now, in the form in which they are stored.</summary>
    public Model ToModel() => _model.WithWeights(Names.Select(n => KeyValuePair.Create(n, _bound[n].Snapshot(_model.ScopeOf(n)))));

    /// <summary>Whether all numbers that train are finite.</summary>
    internal bool AreFinite()
    {
        foreach (TrainableLeaf leaf in Leaves)
            foreach (float value in leaf.Values)
                if (!float.IsFinite(value)) return false;
        return true;
    }

    /// <summary>
    /// Joins the weights to the tensors of a training session. A weight that is one dense leaf moves into them, so that it is read and
    /// updated in place; others are decoded and pulled back by <see cref="Decode"/> and <see cref="PullBack()"/>.
    /// </summary>
    /// <param name="input">The tensor that a weight is read from by the session.</param>
    /// <param name="gradient">The tensor that the session leaves its gradient in.</param>
    internal void Attach(Func<string, Tensor> input, Func<string, Tensor> gradient)
    {
        foreach (string name in Names) _bound[name].Attach(input(name), gradient(name));
        Decode();
    }

    /// <summary>Decodes all weights into the tensors that they are attached to.</summary>
    internal void Decode()
    {
        foreach (string name in Names) _bound[name].DecodeAttached();
    }

    /// <summary>Pulls the gradients of all attached weights back into the leaves.</summary>
    internal void PullBack()
    {
        foreach (string name in Names) _bound[name].PullBackAttached();
    }

    /// <summary>One weight: its tree over trainer memory, and the map from leaf objects to gradients that <see cref="WeightEncoding.PullBack"/> asks.</summary>
    private sealed class BoundWeight : LeafGradients
    {
        private readonly List<(Dense Leaf, TrainableLeaf Trained)> _leaves = [];
        private Tensor? _input;
        private Tensor? _gradient;
        private bool _inPlace;

        public BoundWeight(string name, WeightEncoding encoding, LeafScope scope, Func<LeafScope, bool> trains)
        {
            Tree = encoding.MapLeaves(
                (leaf, where) =>
                {
                    Memory<float> values = leaf.Values.ToArray();
                    var own = new Dense(leaf.Shape, values);
                    bool decays = where.Role == LeafRole.Weight && where.LogicalShape.Rank >= 2;
                    _leaves.Add((own, new TrainableLeaf(name, where, values, trains(where), decays)));
                    return own;
                },
                scope);
        }

        public WeightEncoding Tree { get; private set; }

        public IEnumerable<TrainableLeaf> Leaves => _leaves.Select(l => l.Trained);

        public override Span<float> Of(Dense leaf)
        {
            foreach ((Dense own, TrainableLeaf trained) in _leaves)
                if (ReferenceEquals(own, leaf)) return trained.Gradient;
            return default;
        }

        public void PullBack(ReadOnlySpan<float> gradient)
        {
            if (_leaves is [var (only, trained)] && ReferenceEquals(only, Tree))
            {
                gradient.CopyTo(trained.Gradient);
                return;
            }
            foreach ((_, TrainableLeaf leaf) in _leaves) leaf.Gradient.Clear();
            Tree.PullBack(gradient, this);
        }

        public WeightEncoding Snapshot(LeafScope scope) => Tree.MapLeaves((leaf, _) => new Dense(leaf.Shape, leaf.Values.ToArray()), scope).Freeze();

        public void Attach(Tensor input, Tensor gradient)
        {
            (_input, _gradient) = (input, gradient);
            if (_leaves is not [var (only, trained)] || !ReferenceEquals(only, Tree)) return;
            trained.MoveTo(new TensorMemory(input).Memory, new TensorMemory(gradient).Memory);
            var moved = new Dense(only.Shape, trained.Memory);
            _leaves[0] = (moved, trained);
            Tree = moved;
            _inPlace = true;
        }

        public void DecodeAttached()
        {
            if (!_inPlace) Tree.Decode(0, _input!.Floats);
        }

        public void PullBackAttached()
        {
            if (!_inPlace) PullBack(_gradient!.Floats);
        }
    }
}
