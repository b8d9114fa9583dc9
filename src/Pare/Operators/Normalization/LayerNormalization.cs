namespace Pare.Operators;

/// <summary>
/// y = (x - mean) / sqrt(variance + epsilon) * scale + bias, statistics over all axes from <see cref="Axis"/> on. Inputs x, scale, bias
/// (optional), both broadcast to x; outputs y, mean (optional) and inverse deviation (optional), both with the normalized axes of length 1.
/// </summary>
/// <remarks>Ba, Kiros, Hinton, "Layer Normalization", 2016.</remarks>
public sealed partial record LayerNormalization : Operator
{
    /// <summary>The first normalized axis, from the end where it is negative.</summary>
    public int Axis { get; init; } = -1;

    /// <summary>Added to the variance.</summary>
    public float Epsilon { get; init; } = 1e-5f;

    /// <summary>The element type of the outputs mean and inverse deviation: F32 or F64.</summary>
    public DType StatisticsType { get; init; } = DType.F32;

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("LayerNormalization", r => new LayerNormalization
    {
        Axis = r.Int32("axis", -1),
        Epsilon = r.Float("epsilon", 1e-5f),
        StatisticsType = StashType.Read(r),
    }, SinceOpset: 17);

    /// <inheritdoc/>
    public override string Name => "LayerNormalization";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 3);
        s.RealType(0);
        Shape x = s.Shape(0);
        int axis = s.Axis(Axis, x.Rank);
        CheckParameters(s, x);
        s.Output(0, s.Type(0));
        var reduced = new TensorType(StatisticsType, new Shape(x.Select((d, a) => a < axis ? d : 1)));
        s.Output(1, reduced);
        s.Output(2, reduced);
    }

    /// <inheritdoc/>
    public override void Channels(ChannelScope s) => s.KeepWithOperands(1, 2);

    /// <inheritdoc/>
    // mean: 1, variance: 3, factor and offset: 2
    public override OperatorCost Cost(InferScope s) => new(0, 6 * s.Shape(0).Elements);

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0]!, scale = inputs[1]!, bias = inputs.Length > 2 && inputs[2] is { } given ? given : new Tensor(scale.DType, Shape.Scalar);
        Operand scaleAt = new(scale.Shape, x.Shape), biasAt = new(bias.Shape, x.Shape);
        Reals from = new(x), scales = new(scale), biases = new(bias), y = new(outputs[0]);
        int length = RowLength(x.Shape, Axis);
        for (int start = 0, row = 0; start < from.Length; start += length, row++)
        {
            Statistics statistics = Statistics.Of(from, start, length, Epsilon);
            for (int i = start; i < start + length; i++)
                y[i] = (from[i] - statistics.Mean) * statistics.Inverse * scales[scaleAt.At(i)] + biases[biasAt.At(i)];
            if (outputs.Asked(1)) Set(outputs[1], row, statistics.Mean);
            if (outputs.Asked(2)) Set(outputs[2], row, statistics.Inverse);
        }
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Since(17, Name);
        if (Axis != -1) w.Int("axis", Axis);
        w.Float("epsilon", Epsilon);
        StashType.Write(w, StatisticsType);
    }

    /// <summary>Checks that the inputs after the first are of its type and broadcast to its shape.</summary>
    internal static void CheckParameters(InferScope s, Shape x)
    {
        for (int i = 1; i < s.InputCount; i++)
        {
            if (!s.Has(i)) continue;
            s.SameType(0, i);
            Shape given = s.Shape(i);
            bool fits = given.Rank <= x.Rank && given.Select((d, a) => d == 1 || d.Agrees(x[a + x.Rank - given.Rank])).All(f => f);
            if (!fits) throw s.Fail($"input {i} ('{s.Node.Input(i)}') has the shape {given}, which cannot be broadcast to the shape {x} of input 0.");
        }
    }

    /// <summary>How many elements the axes from <paramref name="axis"/> on have.</summary>
    internal static int RowLength(Shape x, int axis)
    {
        int length = 1;
        for (int a = x.Axis(axis); a < x.Rank; a++) length *= x.Fixed[a];
        return length;
    }

    private static void Set(Tensor tensor, int index, double value)
    {
        var into = new Reals(tensor);
        into[index] = value;
    }
}
