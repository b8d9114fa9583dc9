namespace Pare.Operators;

/// <summary>The input divided by its norm along an axis; 0 where the norm is 0.</summary>
public sealed record LpNormalization : Operator
{
    /// <summary>The axis; negative counts from the end.</summary>
    public int Axis { get; init; } = -1;

    /// <summary>The norm: 1 is the sum of absolute values, 2 the root of the sum of squares.</summary>
    public int P { get; init; } = 2;

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("LpNormalization", Read);

    /// <inheritdoc/>
    public override string Name => "LpNormalization";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, 1);
        s.RealType(0);
        s.Axis(Axis, s.Shape(0).Rank);
        s.Output(0, s.Type(0));
    }

    /// <inheritdoc/>
    public override void Channels(ChannelScope s) => s.Keep();

    /// <inheritdoc/>
    // power and sum: 2, quotient: 1
    public override OperatorCost Cost(InferScope s) => new(0, 3 * s.Shape(0).Elements);

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Reals x = new(inputs[0]!), y = new(outputs[0]);
        AxisSlices slices = AxisSlices.Of(inputs[0]!.Shape, inputs[0]!.Shape.Axis(Axis));
        for (int row = 0; row < slices.Outer * slices.Inner; row++)
        {
            int start = row / slices.Inner * slices.Length * slices.Inner + row % slices.Inner;
            double norm = Norm(x, start, slices);
            for (int i = 0; i < slices.Length; i++) y[start + i * slices.Inner] = norm == 0 ? 0 : x[start + i * slices.Inner] / norm;
        }
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientScope s)
    {
        if (s.Needs(0)) s.InputGradient(0, s.Add(new LpNormalizationGradient(this), s.OutputGradient(), s.Node.Input(0)));
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Int("axis", Axis);
        w.Int("p", P);
    }

    internal static LpNormalization Read(OperatorReader r) => new() { Axis = r.Int32("axis", -1), P = r.Int32("p", 2, least: 1, most: 2) };

    internal double Norm(Reals x, int start, AxisSlices slices)
    {
        double sum = 0;
        for (int i = 0; i < slices.Length; i++)
        {
            double value = x[start + i * slices.Inner];
            sum += P == 1 ? Math.Abs(value) : value * value;
        }
        return P == 1 ? sum : Math.Sqrt(sum);
    }
}
