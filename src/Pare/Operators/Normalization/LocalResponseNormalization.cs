namespace Pare.Operators;

/// <summary>y[c] = x[c] / (bias + alpha / size * sum of x^2 over <see cref="Size"/> neighbouring channels)^beta (ONNX: LRN).</summary>
/// <remarks>Krizhevsky, Sutskever, Hinton, NIPS 2012, section 3.3; ONNX divides alpha by the size.</remarks>
public sealed partial record LocalResponseNormalization : Operator
{
    /// <summary>How many channels are summed over.</summary>
    public int Size { get; init; } = 5;

    /// <summary>Factor of the mean square.</summary>
    public float Alpha { get; init; } = 1e-4f;

    /// <summary>Exponent.</summary>
    public float Beta { get; init; } = 0.75f;

    /// <summary>Added to the mean square.</summary>
    public float Bias { get; init; } = 1;

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("LRN", r => new LocalResponseNormalization
    {
        Size = r.Int32("size", least: 1),
        Alpha = r.Float("alpha", 1e-4f),
        Beta = r.Float("beta", 0.75f),
        Bias = r.Float("bias", 1),
    });

    /// <inheritdoc/>
    public override string Name => "LRN";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, 1);
        s.RealType(0);
        s.ShapeOfRank(0, 2, int.MaxValue);
        s.Output(0, s.Type(0));
    }

    /// <inheritdoc/>
    public override void Channels(ChannelScope s) => s.Keep();

    // squares and their sum: 2 for each neighbour; factor, offset, power, quotient: 4
    /// <inheritdoc/>
    public override OperatorCost Cost(InferScope s) => new(0, (2L * Size + 4) * s.Shape(0).Elements);

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Reals x = new(inputs[0]!), y = new(outputs[0]);
        AxisSlices slices = AxisSlices.Of(inputs[0]!.Shape, 1);
        for (int i = 0; i < y.Length; i++) y[i] = x[i] / Math.Pow(Divisor(x, i, slices), Beta);
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Int("size", Size);
        w.Float("alpha", Alpha);
        w.Float("beta", Beta);
        w.Float("bias", Bias);
    }

    /// <summary>What is raised to <see cref="Beta"/> at an element: bias + alpha / size * the sum of squares of its window.</summary>
    internal double Divisor(Reals x, int i, AxisSlices slices)
    {
        int c = i / slices.Inner % slices.Length;
        int first = Math.Max(0, c - (Size - 1) / 2), last = Math.Min(slices.Length - 1, c + Size / 2);
        double squares = 0;
        for (int other = first; other <= last; other++)
        {
            double value = x[i + (other - c) * slices.Inner];
            squares += value * value;
        }
        return Bias + Alpha / Size * squares;
    }
}
