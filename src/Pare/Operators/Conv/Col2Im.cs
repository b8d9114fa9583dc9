namespace Pare.Operators;

/// <summary>
/// Adds columns of windows back into an image: the transpose of cutting windows out. Inputs x [N, C * block, windows], the image's lengths
/// and the block's lengths (I64); output [N, C, image...].
/// </summary>
public sealed record Col2Im : Operator
{
    /// <summary>Strides, dilations and pads; the kernel is an input.</summary>
    public Window Window { get; init; } = new();

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("Col2Im", r => new Col2Im { Window = WindowAttributes.Read(r) }, SinceOpset: 18);

    /// <inheritdoc/>
    public override string Name => "Col2Im";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(3, 3);
        s.RealType(0);
        s.Holds(1, DType.I64);
        s.Holds(2, DType.I64);
        Shape x = s.ShapeOfRank(0, 3, 3);
        int rank = s.ShapeOfRank(1, 1, 1).Fixed[0];
        Shape image = s.Integers(1) is { } dims ? new Shape(dims) : s.UnknownShape(rank);
        Dim? channels = s.Numbers(2) is { } block ? Dim.Divide(x[1], block.Aggregate(1L, (a, b) => a * b)) : null;
        if (s.Numbers(2) is { } known && image.IsFixed && x[2].IsKnown) CheckWindows(s, x, image, [.. known.Select(k => checked((int)k))]);
        s.Output(s.Type(0).DType, new Shape([x[0], channels ?? s.Unknown(rank), .. image]));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor columns = inputs[0]!;
        int[] block = [.. inputs[2]!.ToInt64s().Select(v => (int)v)];
        WindowAxis[] axes = [.. Window.Axes(outputs[0].Shape, block)];
        int taps = block.Aggregate(1, (a, b) => a * b), windows = columns.Dims[2], planes = columns.Length / Math.Max(1, taps * windows);
        var from = new Reals(columns);
        var image = new double[outputs[0].Length];
        int size = image.Length / Math.Max(1, planes);
        for (int plane = 0; plane < planes; plane++)
            for (int k = 0; k < taps; k++)
                for (int window = 0; window < windows; window++)
                    if (At(axes, k, window) is >= 0 and var at) image[plane * size + at] += from[(plane * taps + k) * windows + window];
        new Reals(outputs[0]).Set(image);
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Since(18, Name);
        WindowAttributes.Write(Window, w, ceilSince: 0);
    }

    private void CheckWindows(InferScope s, Shape x, Shape image, int[] block)
    {
        long windows = Window.OutputLengths(s, new Shape([1, 1, .. image]), block).Aggregate(1L, (a, b) => a * b.Constant);
        if (windows != x[2].Constant) throw s.Fail($"the input {x} has {x[2]} windows, an image of {image} has {windows}.");
        if (x[1].IsKnown && x[1].Constant % block.Aggregate(1L, (a, b) => a * b) != 0) throw s.Fail($"blocks of [{string.Join(", ", block)}] do not divide axis 1 of the input {x}.");
    }

    // The position of a tap of a window within the image; -1 in the padding.
    private static int At(WindowAxis[] axes, int tap, int window)
    {
        int position = 0, step = 1;
        for (int axis = axes.Length - 1; axis >= 0; axis--)
        {
            tap = Math.DivRem(tap, axes[axis].Kernel, out int k);
            window = Math.DivRem(window, axes[axis].Output, out int o);
            int i = axes[axis].At(o, k);
            if (!axes[axis].Inside(i)) return -1;
            position += i * step;
            step *= axes[axis].Input;
        }
        return position;
    }
}
