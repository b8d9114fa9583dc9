namespace Pare.Operators;

/// <summary>
/// Interpolates to other lengths. Inputs x, region of interest (optional, [starts, ends], 0 to 1), scales (optional, F32), sizes (optional,
/// I64): scales or sizes are given, one for each axis of <see cref="Axes"/>. Upsample of older opsets is read as this.
/// </summary>
/// <remarks>An output length by scales is floor(scale * length) in single precision. Axes are resized one after another.</remarks>
public sealed partial record Resize : Operator
{
    /// <summary>How values between elements are made.</summary>
    public Interpolation Mode { get; init; }

    /// <summary>Which position an output looks at.</summary>
    public ResizeCoordinates Coordinates { get; init; }

    /// <summary>Which element is the nearest; for <see cref="Interpolation.Nearest"/>.</summary>
    public NearestRounding Rounding { get; init; }

    /// <summary>Smaller outputs average over all that they stand for; not for <see cref="Interpolation.Nearest"/>.</summary>
    public bool Antialias { get; init; }

    /// <summary>The axes that are resized; all where the list is empty.</summary>
    public ValueList<int> Axes { get; init; }

    /// <summary>Parameter of the cubic kernel.</summary>
    public float CubicCoefficient { get; init; } = -0.75f;

    /// <summary>Elements outside count nothing; otherwise the border is repeated.</summary>
    public bool ExcludeOutside { get; init; }

    /// <summary>The value outside of the input, for <see cref="ResizeCoordinates.CropAndResize"/>.</summary>
    public float ExtrapolationValue { get; init; }

    /// <summary>What sizes mean.</summary>
    public AspectRatio AspectRatio { get; init; }

    /// <inheritdoc/>
    public override string Name => "Resize";

    /// <inheritdoc/>
    public override bool IsTrained(int input) => input == 0;

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, 4);
        Shape x = s.Shape(0);
        int[] axes = Axes.IsEmpty ? [.. Enumerable.Range(0, x.Rank)] : s.Axes(Axes.Select(a => (long)a), x.Rank);
        bool scaled = Given(s, 2), sized = Given(s, 3);
        if (scaled == sized) throw s.Fail($"one of the inputs scales and sizes is needed, {(scaled ? "both are given" : "none is given")}.");
        int counted = scaled ? 2 : 3;
        if (!s.ShapeOfRank(counted, 1, 1)[0].Agrees(axes.Length))
            throw s.Fail($"input {counted} ('{s.Node.Input(counted)}') has {s.Shape(counted)[0]} numbers, {axes.Length} axes are resized.");
        var dims = x.ToArray();
        for (int i = 0; i < axes.Length; i++) dims[axes[i]] = (scaled ? Scaled(s, x[axes[i]], i) : Sized(s, x, axes, i)) ?? s.Unknown(axes[i]);
        s.Output(s.Type(0).DType, new Shape(dims));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0]!, y = outputs[0];
        ResizeAxis?[] axes = Tables(x.Shape, y.Shape, inputs, 1);
        if (Mode == Interpolation.Nearest)
        {
            if (axes.Any(a => a?.Index.Contains(-1) == true)) Store(y, [.. Enumerable.Repeat((double)ExtrapolationValue, y.Length)]);
            AxisTables.Gather(x, [.. axes.Select((a, i) => a?.Index ?? AxisTables.Identity(x.Dims[i]))], y);
            return;
        }
        double[] values = Load(x);
        Shape shape = x.Shape;
        for (int i = 0; i < axes.Length; i++)
        {
            if (axes[i] is not { } axis) continue;
            AxisSlices slices = AxisSlices.Of(shape, i);
            values = axis.Apply(values, slices.Outer, slices.Inner, ExtrapolationValue);
            shape = shape.With(i, axis.Output);
        }
        Store(y, values);
    }

    /// <summary>For each axis its table; null where nothing happens along it.</summary>
    /// <param name="x">Shape of the input.</param>
    /// <param name="y">Shape of the output.</param>
    /// <param name="inputs">Where the region of interest, the scales and the sizes stand.</param>
    /// <param name="first">The first of them.</param>
    internal ResizeAxis?[] Tables(Shape x, Shape y, ReadOnlySpan<Tensor?> inputs, int first)
    {
        Tensor? roi = At(inputs, first), scales = At(inputs, first + 1), sizes = At(inputs, first + 2);
        int[] axes = Axes.IsEmpty ? [.. Enumerable.Range(0, x.Rank)] : [.. Axes.Select(a => x.Axis(a))];
        double? common = sizes is null || AspectRatio == AspectRatio.Stretch ? null : CommonScale([.. axes.Select((a, i) => sizes.ToInt64s()[i] / (double)x.Fixed[a])]);
        var tables = new ResizeAxis?[x.Rank];
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = axes[i], input = x.Fixed[axis], output = y.Fixed[axis];
            double scale = scales is not null ? new Reals(scales)[i] : common ?? output / (double)input;
            bool region = roi is not null && Coordinates == ResizeCoordinates.CropAndResize;
            double start = region ? new Reals(roi!)[i] : 0, end = region ? new Reals(roi!)[i + axes.Length] : 1;
            if (scale != 1 || input != output || start != 0 || end != 1) tables[axis] = ResizeAxis.Of(this, input, output, scale, start, end);
        }
        return tables;
    }

    private static bool Given(InferScope s, int input) => s.Has(input) && s.Shape(input) is not [{ IsKnown: true, Constant: 0 }];

    private static Tensor? At(ReadOnlySpan<Tensor?> inputs, int index) => index < inputs.Length && inputs[index] is { Length: > 0 } tensor ? tensor : null;

    private static Dim? Scaled(InferScope s, Dim length, int i)
    {
        if (s.Constant(2) is not { } scales) return null;
        float scale = (float)new Reals(scales)[i];
        if (!(scale > 0) || float.IsInfinity(scale)) throw s.Fail($"scale {i} is {scale}; it must be a number over 0.");
        return length.IsKnown ? (long)(scale * length.Constant) : scale == Math.Floor(scale) ? length * (long)scale : null;
    }

    private Dim? Sized(InferScope s, Shape x, int[] axes, int i)
    {
        if (s.Integers(3) is not { } sizes) return null;
        if (AspectRatio == AspectRatio.Stretch) return sizes[i];
        if (!sizes.All(d => d.IsKnown) || !axes.All(a => x[a].IsKnown)) return null;
        double scale = CommonScale([.. axes.Select((a, k) => sizes[k].Constant / (double)x[a].Constant)]);
        return (long)(scale * x[axes[i]].Constant + 0.5);
    }

    private double CommonScale(double[] scales) => AspectRatio == AspectRatio.NotLarger ? scales.Min() : scales.Max();

    private static double[] Load(Tensor x)
    {
        if (Reals.Holds(x.DType)) return new Reals(x).ToArray();
        var wholes = new Wholes(x);
        var values = new double[wholes.Length];
        for (int i = 0; i < values.Length; i++) values[i] = wholes[i];
        return values;
    }

    private static void Store(Tensor y, double[] values)
    {
        if (Reals.Holds(y.DType))
        {
            new Reals(y).Set(values);
            return;
        }
        (double least, double most) = y.DType switch
        {
            DType.U8 => (byte.MinValue, byte.MaxValue),
            DType.I8 => (sbyte.MinValue, sbyte.MaxValue),
            DType.U16 => (ushort.MinValue, ushort.MaxValue),
            DType.I16 => (short.MinValue, short.MaxValue),
            DType.Bool => (0, 1),
            _ => (double.MinValue, double.MaxValue),
        };
        var wholes = new Wholes(y);
        for (int i = 0; i < values.Length; i++) wholes[i] = (long)Math.Clamp(Math.Round(values[i]), least, most);
    }
}
