namespace Pare.Operators;

/// <summary>The gradient of a convolution's weight. Inputs dy, x.</summary>
/// <param name="Conv">The convolution; its kernel is given, so that the weight's shape is known.</param>
internal sealed record ConvWeightGradient(Conv Conv) : Operator
{
    public static OperatorSpec Spec { get; } = new("ConvWeightGradient", r => new ConvWeightGradient((Conv)Conv.Spec.Read(r)), PareDomain.Name);

    /// <inheritdoc/>
    public override string Name => "ConvWeightGradient";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 2);
        s.Output(s.RealType(0), WeightShape(s.Shape(0), s.Shape(1)));
    }

    /// <inheritdoc/>
    // dweight[o, c, k] += x[n, g, p * stride - pad + k * dilation] dy[n, o, p]
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[1]!;
        var dw = new double[outputs[0].Length];
        ConvSum.Of(Conv, x.Shape, outputs[0].Shape).AddToWeight(new Reals(x).ToArray(), dw, new Reals(inputs[0]!).ToArray());
        new Reals(outputs[0]).Set(dw);
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(InferScope s) => new(Conv.Macs(s.Shape(1), WeightShape(s.Shape(0), s.Shape(1))));

    /// <inheritdoc/>
    public override void Write(OperatorWriter w) => Conv.Write(w);

    private Shape WeightShape(Shape dy, Shape x) =>
        new([dy[1], Dim.Divide(x[1], Conv.Groups) ?? throw new ArgumentException($"{Conv.Groups} groups do not divide {x[1]} channels."), .. Conv.Window.Kernel.Select(k => (Dim)k)]);
}
