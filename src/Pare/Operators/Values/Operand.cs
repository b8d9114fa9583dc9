namespace Pare.Operators;

/// <summary>An input as it is read element by element in the order of a larger, broadcast shape.</summary>
internal readonly struct Operand
{
    private readonly Shape _to;
    private readonly int[]? _steps; // null: the same shape, so the same order

    public Operand(Shape from, Shape to)
    {
        _to = to;
        _steps = from.Equals(to) ? null : Broadcast.Steps(from, to);
    }

    /// <summary>The element that stands at <paramref name="linear"/> of the larger shape.</summary>
    public int At(int linear) => _steps is null ? linear : Broadcast.Offset(linear, _to, _steps);
}
