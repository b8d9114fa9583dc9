namespace Pare.Operators;

/// <summary>The k largest (or smallest) elements along an axis, best first, and where they stood (I64). Input 1 is k; of equal ones the first comes first.</summary>
public sealed record TopK : Operator
{
    /// <summary>The axis; negative counts from the end.</summary>
    public int Axis { get; init; } = -1;

    /// <summary>The largest, otherwise the smallest.</summary>
    public bool Largest { get; init; } = true;

    /// <summary>The caller wants them in order; they are in order in any case.</summary>
    public bool Sorted { get; init; } = true;

    /// <summary>How it is read: before opset 10 k is an attribute.</summary>
    public static OperatorSpec Spec { get; } = new("TopK", r =>
    {
        if (r.Opset < 10) r.SetInput(1, Tensor.Vector(r.Int("k")));
        return new TopK { Axis = r.Int32("axis", -1), Largest = r.Flag("largest", true), Sorted = r.Flag("sorted", true) };
    });

    /// <inheritdoc/>
    public override string Name => "TopK";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 2);
        s.NumberType(0);
        s.Holds(1, DType.I64);
        Shape x = s.Shape(0);
        int axis = s.Axis(Axis, x.Rank);
        Dim count = s.Integers(1) is [var k] ? k : s.Unknown(axis);
        if (count.IsKnown && (count.Constant < 0 || (x[axis].IsKnown && count.Constant > x[axis].Constant)))
            throw s.Fail($"k is {count}, axis {axis} of {x} has {x[axis]} elements.");
        s.Output(0, new TensorType(s.Type(0).DType, x.With(axis, count)));
        s.Output(1, new TensorType(DType.I64, x.With(axis, count)));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0]!, y = outputs[0];
        int axis = x.Shape.Axis(Axis), count = y.Dims[axis];
        AxisSlices slices = AxisSlices.Of(x.Shape, axis);
        Span<long> places = outputs.Length > 1 && outputs[1] is { DType: DType.I64 } indices ? indices.As<long>() : [];
        var order = new int[slices.Length];
        for (int row = 0; row < slices.Outer * slices.Inner; row++)
        {
            int outer = row / slices.Inner, inner = row % slices.Inner;
            for (int i = 0; i < order.Length; i++) order[i] = i;
            Array.Sort(order, (a, b) => By(Elements.Compare(x, At(a), At(b)), a, b));
            for (int k = 0; k < count; k++)
            {
                int to = (outer * count + k) * slices.Inner + inner;
                Elements.Copy(x, At(order[k]), y, to);
                if (places.Length > 0) places[to] = order[k];
            }

            int At(int index) => (outer * slices.Length + index) * slices.Inner + inner;
        }
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientScope s)
    {
        if (!s.Needs(0)) return;
        string indices = s.Node.Outputs is [_, { Length: > 0 } named] ? named : s.Add(this, 2, s.Node.Input(0), s.Node.Input(1))[1];
        s.InputGradient(0, s.Add(new ScatterElements { Axis = Axis }, s.Zeros(0), indices, s.OutputGradient()));
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Int("axis", Axis);
        if (w.Opset < 10 && w.TakeInput(1) is { } k) w.Int("k", k.ToInt64s()[0]);
        if (w.Opset < 11 && !(Largest && Sorted)) w.Since(11, "TopK of the smallest or unsorted");
        if (w.Opset < 11) return;
        w.Flag("largest", Largest);
        w.Flag("sorted", Sorted);
    }

    private int By(int order, int a, int b) => order == 0 ? a - b : Largest ? -order : order;
}
