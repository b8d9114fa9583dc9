namespace Pare.Operators;

/// <summary>The gradient of a <see cref="Pad"/>'s input: each dy goes back to where its element came from. Inputs dy, shape of x (I64), pads, axes (optional).</summary>
/// <param name="Mode">What stood in the new places.</param>
internal sealed record PadGradient(PadMode Mode) : Operator
{
    public static OperatorSpec Spec { get; } = new("PadGradient", r => new PadGradient(((Pad)Pad.Spec.Read(r)).Mode), PareDomain.Name);

    /// <inheritdoc/>
    public override string Name => "PadGradient";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(3, 4);
        s.Output(s.RealType(0), s.ShapeFrom(1));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Shape from = inputs[0]!.Shape, to = outputs[0].Shape;
        int[][] tables = Pad.Tables(Mode, to, inputs[2]!.ToInt64s(), KnownValues.Integers(inputs, 3));
        var dy = new Reals(inputs[0]!);
        var dx = new double[outputs[0].Length];
        for (int i = 0; i < dy.Length; i++)
            if (Source(i, from, to, tables) is >= 0 and int at) dx[at] += dy[i];
        new Reals(outputs[0]).Set(dx);
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w) => w.Text("mode", Pad.ModeName(Mode));

    private static int Source(int linear, Shape from, Shape to, int[][] tables)
    {
        int at = 0, step = 1;
        for (int axis = from.Rank - 1; axis >= 0; axis--)
        {
            linear = Math.DivRem(linear, from.Fixed[axis], out int index);
            if (tables[axis][index] < 0) return -1;
            at += tables[axis][index] * step;
            step *= to.Fixed[axis];
        }
        return at;
    }
}
