namespace Pare.Operators;

/// <summary>dx = dy where x lies strictly within the limits, otherwise 0. Inputs dy, x, least, most (both optional).</summary>
internal sealed record ClipGradient : Operator
{
    public static OperatorSpec Spec { get; } = new("ClipGradient", _ => new ClipGradient(), PareDomain.Name);

    /// <inheritdoc/>
    public override string Name => "ClipGradient";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 4);
        s.RealType(0);
        s.Output(0, s.Type(1));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Reals dy = new(inputs[0]!), x = new(inputs[1]!), dx = new(outputs[0]);
        double low = inputs.Length > 2 && inputs[2] is { } least ? new Reals(least)[0] : double.NegativeInfinity;
        double high = inputs.Length > 3 && inputs[3] is { } most ? new Reals(most)[0] : double.PositiveInfinity;
        for (int i = 0; i < dx.Length; i++) dx[i] = x[i] > low && x[i] < high ? dy[i] : 0;
    }
}
