namespace Pare.Operators;

/// <summary>
/// The largest elements of each region of interest, cut into a fixed number of parts. Inputs x [N, C, H, W], regions [R, 5] (picture, left,
/// top, right, bottom; the ends belong to it); output [R, C, height, width]. An empty part gives 0.
/// </summary>
/// <remarks>Girshick, "Fast R-CNN", ICCV 2015.</remarks>
public sealed record MaxRoiPool : Operator
{
    /// <summary>Output height and width.</summary>
    public ValueList<int> Pooled { get; init; } = [1, 1];

    /// <summary>From the regions' coordinates to those of x.</summary>
    public float Scale { get; init; } = 1;

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("MaxRoiPool", r => new MaxRoiPool
    {
        Pooled = r.IntList("pooled_shape") is [> 0, > 0] and var pooled ? pooled : throw r.Fail("attribute 'pooled_shape' must be two lengths over 0."),
        Scale = r.Float("spatial_scale", 1),
    });

    /// <inheritdoc/>
    public override string Name => "MaxRoiPool";

    /// <inheritdoc/>
    public override bool IsTrained(int input) => input == 0;

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 2);
        s.RealType(0);
        s.SameType(0, 1);
        Shape x = s.ShapeOfRank(0, 4, 4), regions = s.ShapeOfRank(1, 2, 2);
        if (!regions[1].Agrees(5)) throw s.Fail($"the regions are {regions}; [R, 5] is needed.");
        s.Output(s.Type(0).DType, new Shape([regions[0], x[1], Pooled[0], Pooled[1]]));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0]!;
        Reals from = new(x), regions = new(inputs[1]!), y = new(outputs[0]);
        int channels = x.Dims[1], height = x.Dims[2], width = x.Dims[3], at = 0;
        for (int r = 0; r < inputs[1]!.Dims[0]; r++)
        {
            int picture = (int)regions[5 * r];
            if (picture < 0 || picture >= x.Dims[0]) throw new DataException($"MaxRoiPool: region {r} is of picture {picture}, the batch has {x.Dims[0]}.");
            int left = Pixel(regions[5 * r + 1]), top = Pixel(regions[5 * r + 2]), right = Pixel(regions[5 * r + 3]), bottom = Pixel(regions[5 * r + 4]);
            for (int c = 0; c < channels; c++)
                for (int i = 0; i < Pooled[0]; i++)
                    for (int j = 0; j < Pooled[1]; j++)
                    {
                        (int firstRow, int endRow) = Part(top, bottom, i, Pooled[0], height);
                        (int firstColumn, int endColumn) = Part(left, right, j, Pooled[1], width);
                        double most = endRow > firstRow && endColumn > firstColumn ? double.NegativeInfinity : 0;
                        for (int row = firstRow; row < endRow; row++)
                            for (int column = firstColumn; column < endColumn; column++)
                                most = Math.Max(most, from[((picture * channels + c) * height + row) * width + column]);
                        y[at++] = most;
                    }
        }
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.IntList("pooled_shape", Pooled);
        w.Float("spatial_scale", Scale);
    }

    private int Pixel(double coordinate) => (int)Math.Round(coordinate * Scale, MidpointRounding.AwayFromZero);

    private static (int First, int End) Part(int first, int last, int part, int parts, int length)
    {
        double size = Math.Max(last - first + 1, 1) / (double)parts;
        return (Math.Clamp((int)Math.Floor(part * size) + first, 0, length), Math.Clamp((int)Math.Ceiling((part + 1) * size) + first, 0, length));
    }
}
