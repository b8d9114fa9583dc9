namespace Pare.Operators;

/// <summary>
/// A convolution over two spatial axes that reads each tap at an offset of its own, interpolated linearly, zeros outside. Inputs x
/// [N, C, H, W], weight [O, C / groups, kH, kW], offset [N, offset groups * kH * kW * 2, oH, oW] (down, right), bias [O] (optional), mask
/// [N, offset groups * kH * kW, oH, oW] (optional).
/// </summary>
/// <remarks>Dai and others, ICCV 2017; Zhu and others, CVPR 2019.</remarks>
public sealed record DeformConv : Operator
{
    /// <summary>The window; its kernel may be empty, the weight says it too.</summary>
    public Window Window { get; init; } = new();

    /// <summary>Channels and outputs are cut into as many groups.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>Channels are cut into as many groups that share their offsets.</summary>
    public int OffsetGroups { get; init; } = 1;

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("DeformConv", r => new DeformConv
    {
        Window = WindowAttributes.Read(r),
        Groups = r.Int32("group", 1, least: 1),
        OffsetGroups = r.Int32("offset_group", 1, least: 1),
    }, SinceOpset: 19);

    /// <inheritdoc/>
    public override string Name => "DeformConv";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(3, 5);
        DType type = s.RealType(0);
        Shape x = s.ShapeOfRank(0, 4, 4), weight = s.ShapeOfRank(1, 4, 4), offset = s.ShapeOfRank(2, 4, 4);
        if (!weight.IsFixed) throw s.Fail($"the weight's shape {weight} is not fixed.");
        if (weight.Fixed[0] % Groups != 0 || !x[1].Agrees(weight[1] * Groups) || weight.Fixed[1] * Groups % OffsetGroups != 0)
            throw s.Fail($"the input {x} and the weight {weight} do not fit in {Groups} groups and {OffsetGroups} groups of offsets.");
        int taps = OffsetGroups * weight.Fixed[2] * weight.Fixed[3];
        if (!offset[1].Agrees(2 * taps)) throw s.Fail($"the offset has {offset[1]} channels, {2 * taps} are needed: two for each tap of each group.");
        if (s.Has(4) && !s.ShapeOfRank(4, 4, 4)[1].Agrees(taps)) throw s.Fail($"the mask has {s.Shape(4)[1]} channels, {taps} are needed: one for each tap of each group.");
        if (s.Has(3) && !s.ShapeOfRank(3, 1, 1)[0].Agrees(weight[0])) throw s.Fail($"the bias has {s.Shape(3)[0]} numbers, the weight has {weight[0]} output channels.");
        var y = new Shape([x[0], weight[0], .. Window.OutputLengths(s, x, [.. weight.Fixed.Skip(2)])]);
        if (!offset[2].Agrees(y[2]) || !offset[3].Agrees(y[3])) throw s.Fail($"the offset is {offset}, the output {y}; their last axes must be the same.");
        s.Output(type, y);
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0]!, weight = inputs[1]!;
        WindowAxis h = Window.Axes(x.Shape, weight.Dims.AsSpan()[2..])[0], w = Window.Axes(x.Shape, weight.Dims.AsSpan()[2..])[1];
        Reals source = new(x), weights = new(weight), y = new(outputs[0]);
        int channels = x.Dims[1], taps = h.Kernel * w.Kernel, points = h.Output * w.Output, depth = weight.Dims[1] * taps;
        var column = new double[channels * taps];
        for (int n = 0; n < x.Dims[0]; n++)
            for (int p = 0; p < points; p++)
            {
                Sample(inputs, source, h, w, n, p, column);
                for (int o = 0; o < weight.Dims[0]; o++)
                {
                    double sum = inputs.Length > 3 && inputs[3] is { } bias ? new Reals(bias)[o] : 0;
                    int first = o / (weight.Dims[0] / Groups) * depth;
                    for (int k = 0; k < depth; k++) sum += weights[o * depth + k] * column[first + k];
                    y[(n * weight.Dims[0] + o) * points + p] = sum;
                }
            }
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(InferScope s)
    {
        Shape weight = s.Shape(1);
        return new OperatorCost(new Conv { Window = Window, Groups = Groups }.Macs(s.Shape(0), weight));
    }

    /// <inheritdoc/>
    public override int? WeightAxis(int input) => input == 1 ? 0 : null;

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Since(19, Name);
        WindowAttributes.Write(Window, w, ceilSince: 0);
        if (Groups != 1) w.Int("group", Groups);
        if (OffsetGroups != 1) w.Int("offset_group", OffsetGroups);
    }

    // column[c, k] = mask * x at (output * stride - pad + k * dilation + offset)
    private void Sample(ReadOnlySpan<Tensor?> inputs, Reals x, WindowAxis h, WindowAxis w, int n, int p, double[] column)
    {
        var offset = new Reals(inputs[2]!);
        int taps = h.Kernel * w.Kernel, points = h.Output * w.Output, channels = column.Length / taps;
        for (int c = 0; c < channels; c++)
            for (int k = 0; k < taps; k++)
            {
                int tap = (n * OffsetGroups + c / (channels / OffsetGroups)) * taps + k;
                double row = h.At(p / w.Output, k / w.Kernel) + offset[2 * tap * points + p];
                double across = w.At(p % w.Output, k % w.Kernel) + offset[(2 * tap + 1) * points + p];
                double mask = inputs.Length > 4 && inputs[4] is { } given ? new Reals(given)[tap * points + p] : 1;
                column[c * taps + k] = mask * At(x, (n * channels + c) * h.Input * w.Input, h, w, row, across);
            }
    }

    private static double At(Reals x, int start, WindowAxis h, WindowAxis w, double row, double column)
    {
        double top = Math.Floor(row), left = Math.Floor(column), sum = 0;
        for (int corner = 0; corner < 4; corner++)
        {
            double r = top + corner / 2, c = left + corner % 2;
            if (r < 0 || r >= h.Input || c < 0 || c >= w.Input) continue;
            sum += (1 - Math.Abs(row - r)) * (1 - Math.Abs(column - c)) * x[start + (int)r * w.Input + (int)c];
        }
        return sum;
    }
}
