namespace Pare.Operators;

/// <summary>Heads of a tensor [N, heads, T, size] or [N, T, heads * size].</summary>
/// <param name="Batch">N.</param>
/// <param name="Heads">How many heads.</param>
/// <param name="Steps">T.</param>
/// <param name="Size">Numbers of one head at one step.</param>
/// <param name="Packed">The heads are packed into the last of three axes.</param>
internal readonly record struct HeadView(int Batch, int Heads, int Steps, int Size, bool Packed)
{
    /// <summary>The view of a shape of three or four axes.</summary>
    public static HeadView Of(Shape shape, int heads) => shape.Rank == 4
        ? new HeadView(shape.Fixed[0], shape.Fixed[1], shape.Fixed[2], shape.Fixed[3], Packed: false)
        : new HeadView(shape.Fixed[0], heads, shape.Fixed[1], shape.Fixed[2] / heads, Packed: true);

    /// <summary>Where the numbers of a head at a step start.</summary>
    public int At(int batch, int head, int step) =>
        (Packed ? (batch * Steps + step) * Heads + head : (batch * Heads + head) * Steps + step) * Size;
}
