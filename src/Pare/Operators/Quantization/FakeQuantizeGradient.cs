using Pare.Encodings;

namespace Pare.Operators;

/// <summary>Gradients of a <see cref="FakeQuantize"/>. Inputs dy, x, s; outputs dx and ds.</summary>
/// <remarks>
/// With v = x / s: dx = dy where v lies within the range, otherwise 0. ds = f times the sum of dy (round(v) - v) within the range and dy times
/// the level outside; for PACT of the latter alone. f is <see cref="Steps.GradientScale"/>.
/// </remarks>
/// <param name="Of">What is differentiated.</param>
internal sealed record FakeQuantizeGradient(FakeQuantize Of) : Operator
{
    public static OperatorSpec Spec { get; } = new("FakeQuantizeGradient", r => new FakeQuantizeGradient(FakeQuantize.Read(r)), PareDomain.Name);

    /// <inheritdoc/>
    public override string Name => "FakeQuantizeGradient";

    /// <summary>What the step's gradient is multiplied by: activations count by the sample.</summary>
    public static double Factor(FakeQuantize of, Shape x) =>
        Steps.GradientScale(of.Rule, x.Rank == 0 || x.Elements == 0 ? 1 : x.Elements / x.Fixed[0], of.MostLevel);

    /// <inheritdoc/>
    public override bool CanOverwrite(int input) => input == 0;

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(3, 3);
        s.RealType(0);
        s.SameType(0, 1);
        s.Output(0, s.Type(1));
        s.Output(1, s.Type(2));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Reals dy = new(inputs[0]!), x = new(inputs[1]!), dx = new(outputs[0]), ds = new(outputs[1]);
        double learned = new Reals(inputs[2]!)[0], s = Math.Max(Math.Abs(learned), Steps.Least), sum = 0;
        bool single = inputs[1]!.DType == DType.F32;
        for (int i = 0; i < dx.Length; i++)
        {
            double g = dy[i], v = single ? (float)x[i] / (float)s : x[i] / s, level = Math.Clamp(Math.Round(v), Of.LeastLevel, Of.MostLevel);
            bool inside = v >= Of.LeastLevel && v <= Of.MostLevel;
            dx[i] = inside ? g : 0;
            sum += g * (!inside ? level : Of.Rule == StepRule.Pact ? 0 : level - v);
        }
        ds[0] = sum * Factor(Of, inputs[1]!.Shape) * (learned < 0 ? -1 : 1);
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w) => Of.Write(w);
}
