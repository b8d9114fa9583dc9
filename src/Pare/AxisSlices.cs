namespace Pare;

/// <summary>A row-major shape seen along one axis: element (outer, index, inner) stands at (outer * Length + index) * Inner + inner.</summary>
/// <param name="Outer">Product of the lengths before the axis.</param>
/// <param name="Length">Length of the axis.</param>
/// <param name="Inner">Product of the lengths after the axis.</param>
public readonly record struct AxisSlices(int Outer, int Length, int Inner)
{
    /// <summary>The view of a fixed shape along an axis in [0, rank).</summary>
    public static AxisSlices Of(Shape shape, int axis)
    {
        int outer = 1, inner = 1;
        for (int i = 0; i < axis; i++) outer *= shape.Fixed[i];
        for (int i = axis + 1; i < shape.Rank; i++) inner *= shape.Fixed[i];
        return new AxisSlices(outer, shape.Fixed[axis], inner);
    }
}
