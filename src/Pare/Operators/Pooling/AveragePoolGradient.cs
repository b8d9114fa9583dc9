namespace Pare.Operators;

/// <summary>The gradient of an <see cref="AveragePool"/>'s input: each dy is shared by its window. Inputs dy and the shape of x (I64).</summary>
/// <param name="Pool">The pooling.</param>
internal sealed record AveragePoolGradient(AveragePool Pool) : Operator
{
    public static OperatorSpec Spec { get; } = new("AveragePoolGradient", r => new AveragePoolGradient((AveragePool)AveragePool.Spec.Read(r)), PareDomain.Name);

    /// <inheritdoc/>
    public override string Name => "AveragePoolGradient";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 2);
        s.Output(s.RealType(0), s.ShapeFrom(1));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor dy = inputs[0]!;
        var dx = new double[outputs[0].Length];
        new PoolLoop(Pool.Window, outputs[0].Shape).ForEach((output, seen, padded) =>
        {
            double share = new Reals(dy)[output] / (Pool.CountIncludePad ? padded : seen.Length);
            foreach (int i in seen) dx[i] += share;
        });
        new Reals(outputs[0]).Set(dx);
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w) => Pool.Write(w);
}
