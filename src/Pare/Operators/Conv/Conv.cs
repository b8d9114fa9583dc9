namespace Pare.Operators;

/// <summary>Convolution (correlation) over 1 to 3 spatial axes: inputs x [N, C, ...], weight [O, C / groups, ...], bias [O] (optional).</summary>
public sealed partial record Conv : Operator
{
    /// <summary>The window; its kernel may be empty, the weight says it too.</summary>
    public Window Window { get; init; } = new();

    /// <summary>Channels and outputs are cut into as many groups, each convolved by itself.</summary>
    public int Groups { get; init; } = 1;

    /// <inheritdoc/>
    public override string Name => "Conv";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 3);
        DType type = s.RealType(0);
        s.SameType(0, 1);
        if (s.Has(2)) s.SameType(0, 2);
        s.Output(type, OutputShape(s, 0, 1, 2));
    }

    /// <summary>Checks shapes and derives that of the result, for the integer forms too.</summary>
    internal Shape OutputShape(InferScope s, int input, int kernels, int? biases)
    {
        Shape x = s.ShapeOfRank(input, 3, 5), weight = s.ShapeOfRank(kernels, x.Rank, x.Rank);
        if (!weight.IsFixed) throw s.Fail($"the weight's shape {weight} is not fixed.");
        ReadOnlySpan<int> kernel = weight.Fixed.AsSpan()[2..];
        if (!Window.Kernel.IsEmpty && !Window.Kernel.AsSpan().SequenceEqual(kernel))
            throw s.Fail($"attribute 'kernel_shape' is {Window.Kernel}, the weight is {weight}; it must be {new ValueList<int>([.. kernel])}.");
        CheckChannels(s, x, weight, biases);
        return new Shape([x[0], weight[0], .. Window.OutputLengths(s, x, kernel)]);
    }

    /// <inheritdoc/>
    // y[n, o, p] = bias[o] + sum over c, k of weight[o, c, k] x[n, group(o) + c, p * stride - pad + k * dilation]
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0]!, weight = inputs[1]!;
        var y = new double[outputs[0].Length];
        if (inputs.Length > 2 && inputs[2] is { } bias)
        {
            AxisSlices slices = AxisSlices.Of(outputs[0].Shape, 1);
            var b = new Reals(bias);
            for (int i = 0; i < y.Length; i++) y[i] = b[i / slices.Inner % slices.Length];
        }
        ConvSum.Of(this, x.Shape, weight.Shape).AddToOutput(new Reals(x).ToArray(), new Reals(weight).ToArray(), y);
        new Reals(outputs[0]).Set(y);
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(InferScope s)
    {
        Shape weight = s.Shape(1);
        long macs = Macs(s.Shape(0), weight);
        return new OperatorCost(macs, s.Has(2) ? macs / Math.Max(1, weight.Elements / Math.Max(1, weight.Fixed[0])) : 0);
    }

    /// <inheritdoc/>
    public override int? WeightAxis(int input) => input == 1 ? 0 : null;

    /// <summary>Multiply-accumulates: each weight meets each output position of each picture once.</summary>
    internal long Macs(Shape x, Shape weight) =>
        Window.Axes(x, weight.Fixed.AsSpan()[2..]).Aggregate(weight.Elements * x.Fixed[0], (macs, axis) => checked(macs * axis.Output));

    private void CheckChannels(InferScope s, Shape x, Shape weight, int? biases)
    {
        if (weight.Fixed[0] % Groups != 0)
            throw s.Fail($"weight axis 0 is {weight[0]}, which {Groups} groups do not divide.");
        if (x[1].IsKnown && (x[1].Constant % Groups != 0 || weight[1] != x[1].Constant / Groups))
            throw s.Fail($"weight axis 1 is {weight[1]}, input has {x[1]} channels in {Groups} groups, so it must be {(double)x[1].Constant / Groups}.");
        if (biases is not { } at || !s.Has(at)) return;
        Shape bias = s.ShapeOfRank(at, 1, 1);
        if (!bias[0].Agrees(weight[0])) throw s.Fail($"the bias has {bias[0]} numbers, the weight has {weight[0]} output channels.");
    }
}
