namespace Pare.Operators;

/// <summary>
/// A convolution of numbers that are +1 or -1 with weights that are: inputs x (U32 [N, words of C, ...], see <see cref="Signs"/>), weight (F32
/// [O, C / groups, ...], +1 or -1), and what <see cref="BinaryResult"/> needs. What lies in the padding counts as 0: it adds nothing to a sum.
/// Plans are lowered to it, files never hold it.
/// </summary>
/// <param name="Conv">Window and groups.</param>
/// <param name="InChannels">C.</param>
/// <param name="Result">What becomes of the sums.</param>
// sum[n, o, p] = sum of weight x over what the window covers of the image
internal sealed record BinaryConv(Conv Conv, int InChannels, BinaryResult Result) : Operator
{
    /// <inheritdoc/>
    public override string Name => "BinaryConv";

    /// <inheritdoc/>
    public override int? WeightAxis(int input) => input == 1 ? 0 : null;

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Holds(0, DType.U32);
        Shape x = s.ShapeOfRank(0, 3, 5);
        if (!x[1].Agrees(Signs.Words(InChannels))) throw s.Fail($"input x {x} has {x[1]} words, {InChannels} channels take {Signs.Words(InChannels)}.");
        Shape y = Conv.OutputShape(Unpacked(s), 0, 1, null);
        Result.Check(s, y[1]);
        s.Output(0, Result.Type(y, 1));
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(InferScope s) => new(Conv.Macs(s.Shape(0).With(1, InChannels), s.Shape(1)));

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0]!, weight = inputs[1]!;
        Shape image = x.Shape.With(1, InChannels), y = outputs[0].Shape.With(1, weight.Dims[0]);
        var sums = new double[y.Elements]; // exact
        ConvSum.Of(Conv, image, weight.Shape).AddToOutput(Signs.Unpack(x, 1, InChannels), new Reals(weight).ToArray(), sums);
        Result.Write(sums, y, 1, inputs, outputs[0]);
    }

    private InnerScope Unpacked(InferScope s) =>
        new(s, s.Node, (i, type) => i == 0 ? new TensorType(DType.F32, type.Shape.With(1, InChannels)) : type, static (_, type) => type);
}
