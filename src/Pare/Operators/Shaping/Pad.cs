namespace Pare.Operators;

/// <summary>Longer axes: inputs data, pads (all before, then all after; negative cuts), value (optional, 0), axes (optional, all).</summary>
/// <param name="Mode">What stands in the new places.</param>
public sealed partial record Pad(PadMode Mode = PadMode.Constant) : Operator
{
    /// <summary>How it is read: before opset 11 pads and value are attributes.</summary>
    public static OperatorSpec Spec { get; } = new("Pad", Read);

    /// <inheritdoc/>
    public override string Name => "Pad";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 4);
        Shape x = s.Shape(0);
        if (s.Has(2)) s.SameType(0, 2);
        int[] axes = s.Has(3)
            ? s.Axes(s.Numbers(3) ?? throw s.Fail($"its axes ('{s.Node.Input(3)}') are not known before running."), x.Rank)
            : [.. Enumerable.Range(0, x.Rank)];
        if (!s.Shape(1).Product()!.Value.Agrees(2 * axes.Length))
            throw s.Fail($"it has {s.Shape(1).Product()} pads for {axes.Length} axes; {2 * axes.Length} are needed.");
        for (int i = 0; i < axes.Length; i++)
        {
            Dim length = s.Integers(1) is { } pads ? x[axes[i]] + pads[i] + pads[i + axes.Length] : s.Unknown(axes[i]);
            if (length is { IsKnown: true, Constant: < 0 }) throw s.Fail($"its pads cut {-length.Constant} more from axis {axes[i]} of {x} than there is.");
            x = x.With(axes[i], length);
        }
        s.Output(s.Type(0).DType, x);
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0]!, y = outputs[0];
        y.Bytes.Clear();
        if (inputs.Length > 2 && inputs[2] is { } value)
            for (int at = 0; at < y.ByteLength; at += value.ByteLength) value.Bytes.CopyTo(y.Bytes[at..]);
        AxisTables.Gather(x, Tables(Mode, x.Shape, inputs[1]!.ToInt64s(), KnownValues.Integers(inputs, 3)), y);
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        if (Mode == PadMode.Wrap) w.Since(19, "Pad with mode 'wrap'");
        if (w.Opset < 18 && w.HasInput(3) && w.TakeInput(3) is { } axes && !IsAll(axes.ToInt64s(), w.InputType(0)?.Shape.Rank))
            w.Since(18, "Pad of some axes");
        w.Text("mode", ModeName(Mode));
        if (w.Opset >= 11) return;
        w.InputToInts(1, "pads");
        if (w.TakeInput(2) is { } value) w.Float("value", (float)new Reals(value)[0]);
    }

    /// <summary>For each axis of the output the position of the input that stands there; -1 in the padding.</summary>
    internal static int[][] Tables(PadMode mode, Shape shape, long[] pads, long[]? wish)
    {
        int[] axes = wish is null ? AxisTables.Identity(shape.Rank) : [.. wish.Select(shape.Axis)];
        int[][] tables = [.. shape.Fixed.Select(AxisTables.Identity)];
        for (int i = 0; i < axes.Length; i++)
        {
            int length = shape.Fixed[axes[i]], before = checked((int)pads[i]), after = checked((int)pads[i + axes.Length]);
            tables[axes[i]] = [.. Enumerable.Range(0, length + before + after).Select(p => Position(mode, p - before, length))];
        }
        return tables;
    }

    private static bool IsAll(long[] axes, int? rank) => rank == axes.Length && axes.SequenceEqual(Enumerable.Range(0, axes.Length).Select(a => (long)a));

    private static int Position(PadMode mode, int at, int length)
    {
        if ((uint)at < (uint)length) return at;
        if (mode == PadMode.Constant) return -1;
        if (length == 0) throw new ArgumentException($"An empty axis cannot be padded by {mode}.");
        if (mode == PadMode.Edge) return Math.Clamp(at, 0, length - 1);
        if (mode == PadMode.Wrap) return (at % length + length) % length;
        if (length == 1) return 0;
        int period = 2 * (length - 1), folded = (at % period + period) % period;
        return folded < length ? folded : period - folded;
    }

    private static Pad Read(OperatorReader r)
    {
        if (r.Opset < 11)
        {
            r.IntsToInput("pads", 1);
            if (r.Has("value")) r.SetInput(2, Tensor.Scalar(r.Float("value")));
        }
        string mode = r.Text("mode", "constant");
        foreach (PadMode known in Enum.GetValues<PadMode>())
            if (ModeName(known) == mode) return new Pad(known);
        throw r.Fail($"attribute 'mode' is '{mode}'; {string.Join(", ", Enum.GetValues<PadMode>().Select(ModeName))} are supported.");
    }

    internal static string ModeName(PadMode mode) => mode.ToString().ToLowerInvariant();
}
