namespace Pare.Operators;

public sealed partial record Softmax
{
    /// <summary>The first opset that sums over one axis.</summary>
    private const int OneAxis = 13;

    /// <summary>How Softmax and LogSoftmax are read.</summary>
    public static IEnumerable<OperatorSpec> Specs => [new("Softmax", r => Read(r, false)), new("LogSoftmax", r => Read(r, true))];

    /// <inheritdoc/>
    public override void Write(OperatorWriter w) => WriteAxis(w, Name);

    /// <summary>The axis in the form of the opset, and whether it stands for all axes after it too.</summary>
    internal static (int Axis, bool Flattened) ReadAxis(OperatorReader r)
    {
        if (r.Opset >= OneAxis) return (r.Int32("axis", -1), r.Has("flattened") && r.Flag("flattened"));
        int axis = r.Int32("axis", 1);
        return (axis, axis != -1);
    }

    /// <summary>Writes what <see cref="ReadAxis"/> reads.</summary>
    internal void WriteAxis(OperatorWriter w, string name)
    {
        int? rank = w.InputType(0)?.Shape.Rank;
        if (w.Opset >= OneAxis)
        {
            if (Flattened && rank is { } r && Axis == r - 1) w.Int("axis", -1);
            else if (!Flattened) w.Int("axis", Axis);
            else if (w.IsOwnForm)
            {
                w.Int("axis", Axis);
                w.Flag("flattened", true);
            }
            else throw Inexpressible(w, name, "over several axes");
        }
        else if (Flattened || (Axis == -1 && w.Opset >= 11)) w.Int("axis", Axis);
        else if (rank is { } r && (Axis == -1 || Axis == r - 1)) w.Int("axis", r - 1);
        else throw Inexpressible(w, name, "over an axis that is not the last");
    }

    private static Softmax Read(OperatorReader r, bool log)
    {
        (int axis, bool flattened) = ReadAxis(r);
        return new Softmax { Axis = axis, Flattened = flattened, Log = log };
    }

    private static UnsupportedException Inexpressible(OperatorWriter w, string name, string what) =>
        new($"{name} {what} cannot be written in opset {w.Opset}; opset {OneAxis} changed its meaning. Write an opset on the other side of {OneAxis}.");
}
