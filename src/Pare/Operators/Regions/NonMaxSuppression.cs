namespace Pare.Operators;

/// <summary>
/// Selects boxes by their scores, leaving out those that overlap a better one. Inputs boxes [N, B, 4], scores [N, C, B], most boxes of a
/// class (I64, 0 by default: none), overlap threshold (0 by default) and score threshold (optional); output [selected, 3]: picture, class, box.
/// </summary>
/// <remarks>How many are selected follows from the values, so that a plan needs boxes and scores that are constant.</remarks>
public sealed record NonMaxSuppression : Operator
{
    /// <summary>Boxes are (center x, center y, width, height); otherwise two opposite corners (y, x, y, x).</summary>
    public bool CenterBoxes { get; init; }

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("NonMaxSuppression", r => new NonMaxSuppression { CenterBoxes = r.Flag("center_point_box") }, SinceOpset: 10);

    /// <inheritdoc/>
    public override string Name => "NonMaxSuppression";

    /// <inheritdoc/>
    public override bool IsTrained(int input) => false;

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 5);
        s.RealType(0);
        s.RealType(1);
        Shape boxes = s.ShapeOfRank(0, 3, 3), scores = s.ShapeOfRank(1, 3, 3);
        if (!boxes[2].Agrees(4) || !boxes[0].Agrees(scores[0]) || !boxes[1].Agrees(scores[2]))
            throw s.Fail($"the boxes are {boxes}, the scores {scores}; [N, B, 4] and [N, C, B] are needed.");
        Tensor?[] inputs = [.. Enumerable.Range(0, s.InputCount).Select(s.Known)];
        if (!s.Has(2) || inputs[2] is { } count && Most(count) <= 0)
        {
            s.Output(DType.I64, Shape.Of(0, 3));
            return;
        }
        bool known = Enumerable.Range(0, s.InputCount).All(i => !s.Has(i) || inputs[i] is not null);
        s.Output(DType.I64, new Shape([known ? Select(inputs).Count : s.Unknown(0), 3]));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Span<long> y = outputs[0].As<long>();
        int at = 0;
        foreach ((int n, int c, int box) in Select(inputs)) (y[at++], y[at++], y[at++]) = (n, c, box);
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Since(10, Name);
        if (CenterBoxes) w.Flag("center_point_box", true);
    }

    private List<(int Picture, int Class, int Box)> Select(ReadOnlySpan<Tensor?> inputs)
    {
        Tensor boxes = inputs[0]!, scores = inputs[1]!;
        long most = inputs.Length > 2 && inputs[2] is { } count ? Most(count) : 0;
        double overlap = Scalar(inputs, 3) ?? 0, least = Scalar(inputs, 4) ?? double.NegativeInfinity;
        bool limited = Scalar(inputs, 4) is not null;
        double[] all = new Reals(scores).ToArray(), corners = new Reals(boxes).ToArray();
        int classes = scores.Dims[1], length = scores.Dims[2];
        var selected = new List<(int, int, int)>();
        for (int n = 0; n < scores.Dims[0]; n++)
            for (int c = 0; c < classes; c++)
            {
                int start = (n * classes + c) * length, picture = n * length;
                var kept = new List<int>();
                foreach (int box in Enumerable.Range(0, length).Where(b => !limited || all[start + b] > least).OrderByDescending(b => all[start + b]))
                {
                    if (kept.Count >= most) break;
                    if (kept.Exists(other => Overlap(corners, picture + box, picture + other) > overlap)) continue;
                    kept.Add(box);
                    selected.Add((n, c, box));
                }
            }
        return selected;
    }

    private static long Most(Tensor count) => count.Length > 0 ? count.ToInt64s()[0] : 0;

    // Intersection over union; 0 where either box or the intersection is empty.
    private double Overlap(double[] boxes, int a, int b)
    {
        (double top, double left, double bottom, double right) = Corners(boxes.AsSpan(4 * a, 4));
        (double otherTop, double otherLeft, double otherBottom, double otherRight) = Corners(boxes.AsSpan(4 * b, 4));
        double down = Math.Min(bottom, otherBottom) - Math.Max(top, otherTop), across = Math.Min(right, otherRight) - Math.Max(left, otherLeft);
        if (down <= 0 || across <= 0) return 0;
        double area = (bottom - top) * (right - left), otherArea = (otherBottom - otherTop) * (otherRight - otherLeft), shared = down * across;
        return area > 0 && otherArea > 0 ? shared / (area + otherArea - shared) : 0;
    }

    private (double Top, double Left, double Bottom, double Right) Corners(ReadOnlySpan<double> box) => CenterBoxes
        ? (box[1] - box[3] / 2, box[0] - box[2] / 2, box[1] + box[3] / 2, box[0] + box[2] / 2)
        : (Math.Min(box[0], box[2]), Math.Min(box[1], box[3]), Math.Max(box[0], box[2]), Math.Max(box[1], box[3]));

    private static double? Scalar(ReadOnlySpan<Tensor?> inputs, int index) =>
        index < inputs.Length && inputs[index] is { Length: > 0 } tensor ? new Reals(tensor)[0] : null;
}
