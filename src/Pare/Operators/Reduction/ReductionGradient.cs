namespace Pare.Operators;

/// <summary>The gradient of the input of a mean or sum: dy is repeated. Inputs dy, shape of x (I64), axes (optional).</summary>
/// <param name="Reduction">The mean or sum.</param>
internal sealed record ReductionGradient(Reduction Reduction) : Operator
{
    public static IEnumerable<OperatorSpec> Specs => new[] { ReductionFunction.Mean, ReductionFunction.Sum }
        .Select(f => new OperatorSpec(f.Name + "Gradient", r => new ReductionGradient(Reduction.ReadAttributes(f, r)), PareDomain.Name));

    /// <inheritdoc/>
    public override string Name => Reduction.Name + "Gradient";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 3);
        s.Output(s.RealType(0), s.ShapeFrom(1));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Shape x = outputs[0].Shape;
        long[] wish = KnownValues.Integers(inputs, 2) ?? [];
        bool[] reduced = Reduction.Reduced([.. wish.Select(x.Axis)], x.Rank);
        var from = new Operand(new Shape(x.Select((d, a) => reduced[a] ? 1 : d)), x);
        Reals dy = new(inputs[0]!), dx = new(outputs[0]);
        double divisor = Reduction.Function == ReductionFunction.Mean ? dx.Length / Math.Max(1, dy.Length) : 1;
        for (int i = 0; i < dx.Length; i++) dx[i] = dy[from.At(i)] / divisor;
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w) => Reduction.WriteAttributes(w);
}
