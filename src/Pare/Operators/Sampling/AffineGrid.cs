namespace Pare.Operators;

/// <summary>
/// The grid of positions (see <see cref="GridSample"/>) of an affine map. Inputs theta [N, r, r + 1] and the size [N, C, D1, ..., Dr] (I64);
/// output [N, D1, ..., Dr, r]. Two or three spatial axes.
/// </summary>
public sealed record AffineGrid : Operator
{
    /// <summary>-1 and 1 are the centers of the outermost elements, otherwise their outer edges.</summary>
    public bool AlignCorners { get; init; }

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("AffineGrid", r => new AffineGrid { AlignCorners = r.Flag("align_corners") }, SinceOpset: 20);

    /// <inheritdoc/>
    public override string Name => "AffineGrid";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 2);
        s.Holds(1, DType.I64);
        Shape theta = s.ShapeOfRank(0, 3, 3);
        int rank = theta[1] is { IsKnown: true, Constant: 2 or 3 } r ? (int)r.Constant : throw s.Fail($"theta is {theta}; [N, 2, 3] or [N, 3, 4] is needed.");
        if (!theta[2].Agrees(rank + 1)) throw s.Fail($"theta is {theta}; [N, {rank}, {rank + 1}] is needed.");
        if (!s.ShapeOfRank(1, 1, 1)[0].Agrees(rank + 2)) throw s.Fail($"the size has {s.Shape(1)[0]} numbers, {rank + 2} are needed.");
        Shape size = s.Integers(1) is { } dims ? new Shape(dims) : s.UnknownShape(rank + 2);
        s.Output(s.RealType(0), new Shape([theta[0], .. size.Skip(2), rank]));
    }

    /// <inheritdoc/>
    // y[n, p, k] = sum over j of theta[n, k, j] position[j], the last spatial axis first, then 1
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Reals theta = new(inputs[0]!), y = new(outputs[0]);
        Shape shape = outputs[0].Shape;
        int rank = shape.Rank - 2, points = y.Length / Math.Max(1, shape.Fixed[0] * rank);
        Span<double> position = stackalloc double[rank];
        for (int i = 0; i < shape.Fixed[0] * points; i++)
        {
            int rest = i % points;
            for (int axis = rank - 1; axis >= 0; axis--)
            {
                rest = Math.DivRem(rest, shape.Fixed[axis + 1], out int index);
                position[rank - 1 - axis] = Position(index, shape.Fixed[axis + 1]);
            }
            for (int k = 0; k < rank; k++)
            {
                int row = (i / points * rank + k) * (rank + 1);
                double sum = theta[row + rank];
                for (int j = 0; j < rank; j++) sum += theta[row + j] * position[j];
                y[i * rank + k] = sum;
            }
        }
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Since(20, Name);
        if (AlignCorners) w.Flag("align_corners", true);
    }

    private double Position(int index, int length) => AlignCorners ? length == 1 ? -1 : -1 + 2.0 * index / (length - 1) : -1 + (2.0 * index + 1) / length;
}
