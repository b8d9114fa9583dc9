namespace Pare.Operators;

/// <summary>The gradient of a convolution's input. Inputs dy, weight, and the shape of x (I64), which strides leave open.</summary>
/// <param name="Conv">The convolution; its kernel is given.</param>
internal sealed record ConvInputGradient(Conv Conv) : Operator
{
    public static OperatorSpec Spec { get; } = new("ConvInputGradient", r => new ConvInputGradient((Conv)Conv.Spec.Read(r)), PareDomain.Name);

    /// <inheritdoc/>
    public override string Name => "ConvInputGradient";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(3, 3);
        s.Output(s.RealType(0), s.ShapeFrom(2));
    }

    /// <inheritdoc/>
    // dx[n, g, p * stride - pad + k * dilation] += weight[o, c, k] dy[n, o, p]
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor weight = inputs[1]!;
        var dx = new double[outputs[0].Length];
        ConvSum.Of(Conv, outputs[0].Shape, weight.Shape).AddToInput(dx, new Reals(weight).ToArray(), new Reals(inputs[0]!).ToArray());
        new Reals(outputs[0]).Set(dx);
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(InferScope s) => new(Conv.Macs(s.ShapeFrom(2), s.Shape(1)));

    /// <inheritdoc/>
    public override void Write(OperatorWriter w) => Conv.Write(w);
}
