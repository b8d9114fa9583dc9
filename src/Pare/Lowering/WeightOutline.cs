namespace Pare.Lowering;

/// <summary>A weight of which only the shape matters: it decodes to zeros and takes no memory. For measuring what a plan would take.</summary>
internal sealed class WeightOutline : WeightEncoding
{
    /// <summary>Smaller weights stay as they are: exact rewrites look at the values of some.</summary>
    private const int Small = 4096;

    private WeightOutline(Shape shape) : base(shape) { }

    /// <inheritdoc/>
    public override string Kind => "outline";

    /// <summary>The model with the large plain weights of convolutions and products as outlines, so that passes copy nothing when they change them.</summary>
    public static Model Of(Model model)
    {
        var large = new HashSet<string>(model.Weights.Where(w => w.Value is Dense && w.Value.Length > Small).Select(w => w.Key), StringComparer.Ordinal);
        // What other operators read, a transposition for example, is folded by its values.
        foreach (Node node in model.Nodes)
            for (int i = 0; i < node.Inputs.Length; i++)
                if (node.Operator.WeightAxis(i) is null) large.Remove(node.Inputs[i]);
        return large.Count == 0 ? model : model.WithWeights(large.Select(w => KeyValuePair.Create(w, (WeightEncoding)new WeightOutline(model.Weights[w].Shape))));
    }

    /// <inheritdoc/>
    public override void Decode(long start, Span<float> destination) => destination.Clear();

    /// <inheritdoc/>
    public override WeightEncoding Select(int axis, ReadOnlySpan<int> keep) => new WeightOutline(Shape.With(axis, keep.Length));

    /// <inheritdoc/>
    public override void PullBack(ReadOnlySpan<float> gradient, LeafGradients into) => throw new NotSupportedException("An outline is not trained.");

    /// <inheritdoc/>
    public override WeightEncoding MapLeaves(LeafMap map, LeafScope where) => throw new NotSupportedException("An outline has no leaves.");

    /// <inheritdoc/>
    public override void Write(PartWriter parts) => throw new NotSupportedException("An outline is not written.");
}
