namespace Pare.Operators;

/// <summary>
/// A convolution of integers that gives integers: inputs x [N, C, ...] (U8 or I8), weight [O, C / groups, ...] (I8 or I16, its zero point
/// taken off), bias [O] (I32, optional), factors (see <see cref="Requantization"/>). Plans are lowered to it, files never hold it.
/// </summary>
/// <param name="Conv">Window and groups; what lies in the padding counts as the zero point.</param>
/// <param name="Zero">The zero point of x.</param>
/// <param name="Result">Type, zero point and range of the result.</param>
// y[n, o, p] = requantized(bias[o] + sum of weight (x - Zero))
internal sealed record IntegerConv(Conv Conv, int Zero, IntegerResult Result) : Operator
{
    /// <inheritdoc/>
    public override string Name => "IntegerConv";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 4); // the bias may be absent
        s.Holds(0, DType.U8, DType.I8);
        s.Holds(1, DType.I8, DType.I16);
        if (s.Has(2)) s.Holds(2, DType.I32);
        Shape y = Conv.OutputShape(s, 0, 1, 2);
        Requantization.Check(s, 3, y[1]);
        s.Output(Result.Type, y);
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(InferScope s) => new(Conv.Macs(s.Shape(0), s.Shape(1)));

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0]!, weight = inputs[1]!, y = outputs[0];
        var sums = new double[y.Length]; // exact: they stay below 2^53
        ConvSum.Of(Conv, x.Shape, weight.Shape).AddToOutput(Quantization.Less(x, Zero), Quantization.Less(weight, 0), sums);
        var requantized = new Requantization(inputs[3]!, Result);
        AxisSlices slices = AxisSlices.Of(y.Shape, 1);
        var to = new Wholes(y);
        for (int i = 0; i < sums.Length; i++)
        {
            int channel = i / slices.Inner % slices.Length;
            to[i] = requantized[(int)sums[i] + (inputs[2] is { } bias ? bias.As<int>()[channel] : 0), channel];
        }
    }
}
