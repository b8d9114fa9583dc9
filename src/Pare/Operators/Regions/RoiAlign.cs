namespace Pare.Operators;

/// <summary>
/// Samples each region of interest on a grid and pools it to one size. Inputs x [N, C, H, W], regions [R, 4] (left, top, right, bottom),
/// batch indices [R] (I64); output [R, C, <see cref="Height"/>, <see cref="Width"/>].
/// </summary>
/// <remarks>He and others, "Mask R-CNN", ICCV 2017. In maximum mode the weighted corners are compared, not their sum, as ONNX defines it.</remarks>
public sealed record RoiAlign : Operator
{
    /// <summary>Output height.</summary>
    public int Height { get; init; } = 1;

    /// <summary>Output width.</summary>
    public int Width { get; init; } = 1;

    /// <summary>Samples along each side of an output; 0: as many as input elements fall on it.</summary>
    public int Samples { get; init; }

    /// <summary>From the regions' coordinates to those of x.</summary>
    public float Scale { get; init; } = 1;

    /// <summary>The largest sample counts, not the mean.</summary>
    public bool Maximum { get; init; }

    /// <summary>Coordinates are those of pixel edges, so that they are moved by half a pixel; false is the form before opset 16.</summary>
    public bool HalfPixel { get; init; } = true;

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("RoiAlign", Read, SinceOpset: 10);

    /// <inheritdoc/>
    public override string Name => "RoiAlign";

    /// <inheritdoc/>
    public override bool IsTrained(int input) => input == 0;

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(3, 3);
        s.RealType(0);
        s.SameType(0, 1);
        s.Holds(2, DType.I64);
        Shape x = s.ShapeOfRank(0, 4, 4), regions = s.ShapeOfRank(1, 2, 2);
        if (!regions[1].Agrees(4) || !s.ShapeOfRank(2, 1, 1)[0].Agrees(regions[0]))
            throw s.Fail($"the regions are {regions} with {s.Shape(2)[0]} batch indices; [R, 4] with R is needed.");
        s.Output(s.Type(0).DType, new Shape([regions[0], x[1], Height, Width]));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0]!;
        Reals from = new(x), regions = new(inputs[1]!), y = new(outputs[0]);
        Span<long> batch = inputs[2]!.As<long>();
        int channels = x.Dims[1], height = x.Dims[2], width = x.Dims[3], at = 0;
        for (int r = 0; r < batch.Length; r++)
        {
            if (batch[r] < 0 || batch[r] >= x.Dims[0]) throw new DataException($"RoiAlign: region {r} is of picture {batch[r]}, the batch has {x.Dims[0]}.");
            double shift = HalfPixel ? 0.5 : 0, left = regions[4 * r] * Scale - shift, top = regions[4 * r + 1] * Scale - shift;
            double across = regions[4 * r + 2] * Scale - shift - left, down = regions[4 * r + 3] * Scale - shift - top;
            if (!HalfPixel) (across, down) = (Math.Max(across, 1), Math.Max(down, 1));
            double binHeight = down / Height, binWidth = across / Width;
            int rows = Samples > 0 ? Samples : (int)Math.Ceiling(binHeight), columns = Samples > 0 ? Samples : (int)Math.Ceiling(binWidth);
            for (int c = 0; c < channels; c++)
                for (int i = 0; i < Height; i++)
                    for (int j = 0; j < Width; j++)
                    {
                        double sum = 0, most = double.NegativeInfinity;
                        for (int sample = 0; sample < rows * columns; sample++)
                        {
                            double row = top + (i + (sample / columns + 0.5) / rows) * binHeight, column = left + (j + (sample % columns + 0.5) / columns) * binWidth;
                            (double value, double largest) = At(from, (int)(batch[r] * channels + c) * height * width, height, width, row, column);
                            sum += value;
                            most = Math.Max(most, largest);
                        }
                        y[at++] = !Maximum ? sum / Math.Max(1, rows * columns) : rows * columns > 0 ? most : 0;
                    }
        }
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Since(10, Name);
        if (HalfPixel) w.Since(16, "RoiAlign with half_pixel coordinates");
        else if (w.Opset >= 16) w.Text("coordinate_transformation_mode", "output_half_pixel");
        if (Maximum) w.Text("mode", "max");
        w.Int("output_height", Height);
        w.Int("output_width", Width);
        w.Int("sampling_ratio", Samples);
        w.Float("spatial_scale", Scale);
    }

    // The linear interpolation at a position, and the largest of its weighted corners; both 0 outside.
    private static (double Value, double Largest) At(Reals x, int start, int height, int width, double row, double column)
    {
        if (row < -1 || row > height || column < -1 || column > width) return (0, 0);
        row = Math.Clamp(row, 0, height - 1);
        column = Math.Clamp(column, 0, width - 1);
        int top = (int)row, left = (int)column, bottom = Math.Min(top + 1, height - 1), right = Math.Min(left + 1, width - 1);
        double down = row - top, across = column - left;
        double a = (1 - down) * (1 - across) * x[start + top * width + left], b = (1 - down) * across * x[start + top * width + right];
        double c = down * (1 - across) * x[start + bottom * width + left], d = down * across * x[start + bottom * width + right];
        return (a + b + c + d, Math.Max(Math.Max(a, b), Math.Max(c, d)));
    }

    private static RoiAlign Read(OperatorReader r) => new()
    {
        Height = r.Int32("output_height", 1, least: 1),
        Width = r.Int32("output_width", 1, least: 1),
        Samples = r.Int32("sampling_ratio", 0, least: 0),
        Scale = r.Float("spatial_scale", 1),
        Maximum = r.Text("mode", "avg") switch
        {
            "avg" => false,
            "max" => true,
            var other => throw r.Fail($"attribute 'mode' is '{other}'; avg or max is needed."),
        },
        HalfPixel = r.Text("coordinate_transformation_mode", r.Opset < 16 ? "output_half_pixel" : "half_pixel") switch
        {
            "half_pixel" => true,
            "output_half_pixel" => false,
            var other => throw r.Fail($"attribute 'coordinate_transformation_mode' is '{other}'; half_pixel or output_half_pixel is needed."),
        },
    };
}
