namespace Pare.Operators;

public sealed partial record Softmax
{
    /// <summary>The first opset that sums over one axis.</summary>
    private const int OneAxis = 13;

    /// <summary>How Softmax and LogSoftmax are read.</summary>
    public static IEnumerable<OperatorSpec> Specs => [new("Softmax", r => Read(r, false)), new("LogSoftmax", r => Read(r, true))];

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        int? rank = w.InputType(0)?.Shape.Rank;
        if (w.Opset >= OneAxis)
        {
            if (Flattened && rank is { } r && Axis == r - 1) w.Int("axis", -1);
            else if (!Flattened) w.Int("axis", Axis);
            else throw Inexpressible(w, "over several axes");
        }
        else if (Flattened || (Axis == -1 && w.Opset >= 11)) w.Int("axis", Axis);
        else if (rank is { } r && (Axis == -1 || Axis == r - 1)) w.Int("axis", r - 1);
        else throw Inexpressible(w, "over an axis that is not the last");
    }

    private static Softmax Read(OperatorReader r, bool log)
    {
        if (r.Opset >= OneAxis) return new Softmax { Axis = r.Int32("axis", -1), Log = log };
        int axis = r.Int32("axis", 1);
        return new Softmax { Axis = axis, Flattened = axis != -1, Log = log };
    }

    private UnsupportedException Inexpressible(OperatorWriter w, string what) =>
        new($"{Name} {what} cannot be written in opset {w.Opset}; opset {OneAxis} changed its meaning. Write an opset on the other side of {OneAxis}.");
}
