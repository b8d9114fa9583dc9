using System.Collections.Immutable;

namespace Pare.Operators;

/// <summary>
/// Transposed convolution over 1 to 3 spatial axes: inputs x [N, C, ...], weight [C, O / groups, ...], bias [O] (optional). It is the
/// gradient, with respect to its input, of the convolution that maps y's shape to x's with the same weight.
/// </summary>
public sealed partial record ConvTranspose : Operator
{
    /// <summary>The window; its kernel may be empty, the weight says it too.</summary>
    public Window Window { get; init; } = new();

    /// <summary>Channels and outputs are cut into as many groups.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>Added to the end of each spatial axis of the output; 0 by default.</summary>
    public ValueList<int> OutputPadding { get; init; }

    /// <summary>Spatial lengths of the output; where given the pads follow from them.</summary>
    public ValueList<int> OutputLengths { get; init; }

    /// <inheritdoc/>
    public override string Name => "ConvTranspose";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 3);
        DType type = s.RealType(0);
        s.SameType(0, 1);
        Shape x = s.ShapeOfRank(0, 3, 5), weight = s.ShapeOfRank(1, x.Rank, x.Rank);
        if (!weight.IsFixed) throw s.Fail($"the weight's shape {weight} is not fixed.");
        int[] kernel = [.. weight.Fixed.Skip(2)];
        if (!Window.Kernel.IsEmpty && !Window.Kernel.SequenceEqual(kernel))
            throw s.Fail($"attribute 'kernel_shape' is {Window.Kernel}, the weight is {weight}; it must be [{string.Join(", ", kernel)}].");
        Check(s, x, weight);
        s.Output(type, new Shape([x[0], weight[1] * Groups, .. kernel.Select((k, axis) => Length(s, x, axis, k))]));
    }

    /// <inheritdoc/>
    // y[n, g + o, p * stride - pad + k * dilation] += weight[c, o, k] x[n, c, p]
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
        ImmutableArray<WindowAxis> axes = [.. Enumerable.Repeat(WindowAxis.One, 5 - x.Shape.Rank), .. Axes(x.Shape, weight.Shape)];
        ConvSum.Of(axes, x.Dims[0], weight.Shape, Groups).AddToInput(y, new Reals(weight).ToArray(), new Reals(x).ToArray());
        new Reals(outputs[0]).Set(y);
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(InferScope s) =>
        new(s.Shape(0).Fixed.Skip(2).Aggregate(s.Shape(1).Elements * s.Shape(0).Fixed[0], (macs, length) => checked(macs * length)));

    /// <inheritdoc/>
    public override int? WeightAxis(int input) => input == 1 ? 1 : null;

    /// <summary>The axes of the convolution that maps y to x: its input is y's length, its output x's.</summary>
    internal IEnumerable<WindowAxis> Axes(Shape x, Shape weight) =>
        Enumerable.Range(0, x.Rank - 2).Select(axis => Axis(axis, x.Rank - 2, x.Fixed[axis + 2], weight.Fixed[axis + 2]));

    /// <summary>The convolution that maps y to x; null where none does: the output has positions at its end that no window reaches.</summary>
    internal Conv? Backward(Shape x, Shape weight)
    {
        WindowAxis[] axes = [.. Axes(x, weight)];
        var conv = new Conv
        {
            Groups = Groups,
            Window = new Window(
                new(axes.Select(a => a.Kernel)), new(axes.Select(a => a.Stride)), new(axes.Select(a => a.Dilation)),
                new(axes.Select(a => a.Before).Concat(axes.Select(a => a.After)))),
        };
        Shape y = Shape.Of([1, 1, .. axes.Select(a => a.Input)]);
        return axes.All(a => a.Before >= 0 && a.After >= 0) && conv.Window.Axes(y).Zip(axes).All(p => p.First.Output == p.Second.Output) ? conv : null;
    }

    private Dim Length(InferScope s, Shape x, int axis, int kernel)
    {
        int rank = x.Rank - 2;
        Dim length = x[axis + 2];
        if (length.IsKnown)
            return Axis(axis, rank, (int)length.Constant, kernel).Input is > 0 and var output ? output : throw s.Fail($"with pads {Window.Pads} nothing is left of spatial axis {axis}.");
        if (!OutputLengths.IsEmpty) return OutputLengths[^(rank - axis)];
        return Window.AutoPad is AutoPad.SameLower or AutoPad.SameUpper ? length * At(Window.Strides, axis, 1)
            : (length - 1) * At(Window.Strides, axis, 1) + Rest(axis, kernel) - Pad(axis) - Pad(axis + rank);
    }

    private WindowAxis Axis(int axis, int rank, int input, int kernel)
    {
        int stride = At(Window.Strides, axis, 1), whole = checked((input - 1) * stride + Rest(axis, kernel));
        int before = Pad(axis), after = Pad(axis + rank), output = whole - before - after;
        bool same = Window.AutoPad is AutoPad.SameLower or AutoPad.SameUpper;
        if (same || !OutputLengths.IsEmpty)
        {
            // Some exporters name batch and channels too, so the lengths are counted from the end.
            output = OutputLengths.IsEmpty ? checked(input * stride) : OutputLengths[^(rank - axis)];
            int total = Math.Max(0, whole - output);
            before = Window.AutoPad == AutoPad.SameUpper ? total / 2 : total - total / 2;
            after = total - before;
        }
        return new WindowAxis(output, input, kernel, stride, At(Window.Dilations, axis, 1), before, after);
    }

    // What the last window adds: its extent and the output padding.
    private int Rest(int axis, int kernel) => checked((kernel - 1) * At(Window.Dilations, axis, 1) + 1 + At(OutputPadding, axis, 0));

    private int Pad(int index) => Window.AutoPad == AutoPad.Explicit ? At(Window.Pads, index, 0) : 0;

    private static int At(ValueList<int> list, int axis, int fallback) => list.IsEmpty ? fallback : list[axis];

    private void Check(InferScope s, Shape x, Shape weight)
    {
        int rank = x.Rank - 2;
        CheckList("strides", Window.Strides, rank, 1);
        CheckList("dilations", Window.Dilations, rank, 1);
        CheckList("pads", Window.Pads, 2 * rank, 0);
        CheckList("output_padding", OutputPadding, rank, 0);
        CheckList("output_shape", OutputLengths, OutputLengths.Count == rank + 2 ? rank + 2 : rank, 1);
        if (!weight[0].Agrees(x[1]) || weight.Fixed[0] % Groups != 0)
            throw s.Fail($"weight axis 0 is {weight[0]}, the input has {x[1]} channels in {Groups} groups; it must be as many, and divide into the groups.");
        if (!s.Has(2)) return;
        s.SameType(0, 2);
        if (!s.ShapeOfRank(2, 1, 1)[0].Agrees(weight[1] * Groups)) throw s.Fail($"the bias has {s.Shape(2)[0]} numbers, there are {weight[1] * Groups} output channels.");

        void CheckList(string name, ValueList<int> values, int count, int least)
        {
            if (values.Count != 0 && values.Count != count)
                throw s.Fail($"attribute '{name}' has {values.Count} values, the input has {rank} spatial axes, so it must have {count}.");
            foreach (int value in values)
                if (value < least) throw s.Fail($"attribute '{name}' has the value {value}; at least {least} is needed.");
        }
    }
}
