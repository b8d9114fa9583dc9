namespace Pare.Samples;

/// <summary>y = (x + sqrt(x^2 + b)) / 2: a smooth ReLU without exponentials (Barron, "Squareplus", 2021).</summary>
public sealed record Squareplus(float B) : Operator
{
    /// <summary>The line for the operator catalog.</summary>
    public static OperatorSpec Spec { get; } = new("Squareplus", r => new Squareplus(r.Float("b", 4f)), Domain: "com.example");

    public override string Name => Spec.Name;

    public override void Infer(InferScope s) => s.Output(0, s.Type(0));

    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        ReadOnlySpan<float> x = inputs[0]!.Floats;
        Span<float> y = outputs[0].Floats;
        for (int i = 0; i < y.Length; i++) y[i] = (x[i] + MathF.Sqrt(x[i] * x[i] + B)) / 2;
    }

    public override void Differentiate(GradientScope s)
    {
        if (s.Needs(0)) s.InputGradient(0, s.Add(new SquareplusGradient(B), s.Node.Inputs[0], s.OutputGradient()));
    }

    public override void Write(OperatorWriter w) => w.Float("b", B);
}

/// <summary>dx = dy * (1 + x / sqrt(x^2 + b)) / 2, from x and dy.</summary>
public sealed record SquareplusGradient(float B) : Operator
{
    /// <summary>The line for the operator catalog.</summary>
    public static OperatorSpec Spec { get; } = new("SquareplusGradient", r => new SquareplusGradient(r.Float("b", 4f)), Domain: "com.example");

    public override string Name => Spec.Name;

    public override void Infer(InferScope s) => s.Output(0, s.Type(0));

    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        ReadOnlySpan<float> x = inputs[0]!.Floats, dy = inputs[1]!.Floats;
        Span<float> dx = outputs[0].Floats;
        for (int i = 0; i < dx.Length; i++) dx[i] = dy[i] * (1 + x[i] / MathF.Sqrt(x[i] * x[i] + B)) / 2;
    }

    public override void Write(OperatorWriter w) => w.Float("b", B);
}
