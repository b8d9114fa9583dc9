namespace Pare.Operators;

/// <summary>The gradient of a <see cref="MaxPool"/>'s input: each dy goes to the first largest element of its window. Inputs dy, x.</summary>
/// <param name="Pool">The pooling.</param>
internal sealed record MaxPoolGradient(MaxPool Pool) : Operator
{
    public static OperatorSpec Spec { get; } = new("MaxPoolGradient", r => new MaxPoolGradient((MaxPool)MaxPool.Spec.Read(r)), PareDomain.Name);

    /// <inheritdoc/>
    public override string Name => "MaxPoolGradient";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 2);
        s.RealType(0);
        s.Output(0, s.Type(1));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[1]!;
        int[] chosen = new PoolLoop(Pool.Window, x.Shape).Largest(x);
        var dy = new Reals(inputs[0]!);
        var dx = new double[x.Length];
        for (int i = 0; i < chosen.Length; i++) dx[chosen[i]] += dy[i];
        new Reals(outputs[0]).Set(dx);
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w) => Pool.Write(w);
}
