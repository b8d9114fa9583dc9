namespace Pare.Operators;

/// <summary>
/// Reads x at the positions of a grid. Inputs x [N, C, D1, ..., Dr], grid [N, E1, ..., Er, r] with positions of [-1, 1], the last axis of
/// x first; output [N, C, E1, ..., Er].
/// </summary>
/// <remarks>Jaderberg and others, "Spatial transformer networks", NIPS 2015.</remarks>
public sealed record GridSample : Operator
{
    /// <summary>How values between elements are made.</summary>
    public Interpolation Mode { get; init; } = Interpolation.Linear;

    /// <summary>What lies outside.</summary>
    public PaddingMode Padding { get; init; }

    /// <summary>-1 and 1 are the centers of the outermost elements, otherwise their outer edges.</summary>
    public bool AlignCorners { get; init; }

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("GridSample", Read, SinceOpset: 16);

    /// <inheritdoc/>
    public override string Name => "GridSample";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 2);
        s.RealType(0);
        s.RealType(1);
        Shape x = s.ShapeOfRank(0, 3, int.MaxValue), grid = s.ShapeOfRank(1, x.Rank, x.Rank);
        if (!grid[^1].Agrees(x.Rank - 2) || !grid[0].Agrees(x[0]))
            throw s.Fail($"the grid is {grid}, the input {x}; it must be [{x[0]}, ..., {x.Rank - 2}].");
        s.Output(s.Type(0).DType, new Shape([x[0], x[1], .. grid.Skip(1).Take(x.Rank - 2)]));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0]!;
        Reals from = new(x), grid = new(inputs[1]!), y = new(outputs[0]);
        int rank = x.Shape.Rank - 2, channels = x.Dims[1], plane = from.Length / Math.Max(1, x.Dims[0] * channels);
        int points = y.Length / Math.Max(1, x.Dims[0] * channels);
        Span<int> index = stackalloc int[SampleAxis.Most * rank], counts = stackalloc int[rank];
        Span<double> weight = stackalloc double[SampleAxis.Most * rank];
        for (int n = 0; n < x.Dims[0]; n++)
            for (int p = 0; p < points; p++)
            {
                for (int axis = 0; axis < rank; axis++)
                {
                    int first = axis * SampleAxis.Most;
                    var place = new SampleAxis(x.Dims[axis + 2], AlignCorners, Padding, index[first..], weight[first..]);
                    place.Place(grid[(n * points + p) * rank + rank - 1 - axis], Mode);
                    counts[axis] = place.Count;
                }
                for (int c = 0; c < channels; c++)
                    y[(n * channels + c) * points + p] = Sum(from, x.Shape, (n * channels + c) * plane, 0, 0, index, weight, counts);
            }
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Since(16, Name);
        w.Text("mode", (Mode, w.Opset < 20) switch
        {
            (Interpolation.Nearest, _) => "nearest",
            (Interpolation.Linear, true) => "bilinear",
            (Interpolation.Linear, false) => "linear",
            (_, true) => "bicubic",
            _ => "cubic",
        });
        if (w.Opset < 20 && w.InputType(0) is { } type && type.Shape.Rank != 4) w.Since(20, "GridSample over other than two spatial axes");
        if (Padding != PaddingMode.Zeros) w.Text("padding_mode", Padding == PaddingMode.Border ? "border" : "reflection");
        if (AlignCorners) w.Flag("align_corners", true);
    }

    private static double Sum(
        Reals x, Shape shape, int start, int axis, int offset, ReadOnlySpan<int> index, ReadOnlySpan<double> weight, ReadOnlySpan<int> counts)
    {
        if (axis == counts.Length) return x[start + offset];
        double sum = 0;
        for (int t = axis * SampleAxis.Most; t < axis * SampleAxis.Most + counts[axis]; t++)
            if (index[t] >= 0) sum += weight[t] * Sum(x, shape, start, axis + 1, offset * shape.Fixed[axis + 2] + index[t], index, weight, counts);
        return sum;
    }

    private static GridSample Read(OperatorReader r) => new()
    {
        Mode = r.Text("mode", "linear") switch
        {
            "linear" or "bilinear" => Interpolation.Linear,
            "cubic" or "bicubic" => Interpolation.Cubic,
            "nearest" => Interpolation.Nearest,
            var other => throw r.Fail($"attribute 'mode' is '{other}'; linear, nearest or cubic is needed."),
        },
        Padding = r.Text("padding_mode", "zeros") switch
        {
            "zeros" => PaddingMode.Zeros,
            "border" => PaddingMode.Border,
            "reflection" => PaddingMode.Reflection,
            var other => throw r.Fail($"attribute 'padding_mode' is '{other}'; zeros, border or reflection is needed."),
        },
        AlignCorners = r.Flag("align_corners"),
    };
}
