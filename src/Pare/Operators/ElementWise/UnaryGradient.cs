namespace Pare.Operators;

/// <summary>dx = dy times the slope of a <see cref="Operators.Unary"/>. Inputs dy, and y where the slope is a formula of y, otherwise x.</summary>
/// <param name="Unary">The function with its attributes.</param>
internal sealed record UnaryGradient(Unary Unary) : Operator
{
    public static IEnumerable<OperatorSpec> Specs => UnaryFunctions.All.Where(f => f.HasSlope).DistinctBy(f => f.Name)
        .Select(f => new OperatorSpec(NameOf(f), r => new UnaryGradient((Unary)Unary.SpecOf(f).Read(r)), PareDomain.Name));

    /// <inheritdoc/>
    public override string Name => NameOf(Unary.Function);

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 2);
        s.RealType(0);
        s.SameType(0, 1);
        s.Output(0, s.Type(1));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Reals dy = new(inputs[0]!), at = new(inputs[1]!), dx = new(outputs[0]);
        Func<double, double, double, double> slope = Unary.Function.SlopeOfOutput ?? Unary.Function.SlopeOfInput!;
        for (int i = 0; i < dx.Length; i++) dx[i] = dy[i] * slope(at[i], Unary.Alpha, Unary.Beta);
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w) => Unary.WriteAttributes(w);

    private static string NameOf(UnaryFunction function) => function.Name + "Gradient";
}
