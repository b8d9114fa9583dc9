using Pare.Encodings;

namespace Pare.Tests.Encodings;

/// <summary>Trees of every kind for the contract tests; a new encoding adds its examples here.</summary>
public static class EncodingExamples
{
    private static readonly (string Name, Func<WeightEncoding> Make)[] All =
    [
        ("dense", () => Leaf(6, 5)),
        ("dense 4-d", () => Leaf(4, 3, 2, 3)),
        ("dense empty", () => Leaf(0)),
        ("scaled axis 0", () => new Scaled(0, Leaf(6), Leaf(6, 5))),
        ("scaled middle axis", () => new Scaled(1, Leaf(3), Leaf(4, 3, 2, 3))),
        ("scaled last axis", () => new Scaled(1, Leaf(5), Leaf(6, 5))),
        ("scaled whole", () => new Scaled(Scaled.WholeWeight, Leaf(1), Leaf(6, 5))),
        ("integer 8 signed", () => Ints(8, true, -3, 7, 9)),
        ("integer 3 unsigned", () => Ints(3, false, 4, 5, 7)),
        ("integer 16", () => Ints(16, true, 0, 4, 4)),
        ("integer 1", () => Ints(1, false, 1, 33)),
        ("scaled integer", () => new Scaled(0, Leaf(6), Ints(4, true, 0, 6, 5))),
        ("binary", () => Signs(5, 7)),
        ("binary empty", () => Signs(0, 3)),
        ("scaled binary", () => new Scaled(0, Leaf(6), Signs(6, 3, 3, 3))),
        ("sparse binary", () => Some(3, n => Signs(n), null, 8, 9)),
        ("scaled blocks of 2, last axis", () => new Scaled(1, Leaf(6, 3), Leaf(6, 5), 2)),
        ("scaled blocks of 4, first axis", () => new Scaled(0, Leaf(2, 5), Leaf(6, 5), 4)),
        ("scaled blocks, middle axis", () => new Scaled(1, Leaf(4, 2, 2, 3), Leaf(4, 3, 2, 3), 2)),
        ("scaled block longer than the axis", () => new Scaled(1, Leaf(6, 1), Ints(4, true, 0, 6, 5), 32)),
        ("codebook", () => Book(5, 6, 5)),
        ("codebook of one", () => Book(1, 4, 3)),
        ("codebook 300", () => Book(300, 40, 30)),
        ("codebook with 8-bit table", () => new Codebook(Shape.Of(6, 5), Book(5, 6, 5).Indices, new Scaled(Scaled.WholeWeight, Leaf(1), Ints(8, true, 0, 5)))),
        ("sparse", () => Some(3, Leaf, null, 6, 5)),
        ("sparse 4-d", () => Some(4, Leaf, null, 4, 3, 2, 3)),
        ("sparse fixed width 2", () => Some(17, Leaf, 2, 30, 30)),
        ("sparse fixed width 1", () => Some(3, Leaf, 1, 9, 5)),
        ("sparse wide gaps", () => Some(70_000, Leaf, 16, 500, 500)),
        ("sparse empty", () => new Sparse(Shape.Of(4, 4), [], Leaf(0))),
        ("sparse full", () => Some(1, Leaf, null, 4, 4)),
        ("sparse codebook", () => Some(3, n => Book(4, n), null, 8, 9)),
        ("sparse of sparse", () => Some(2, n => Some(3, Leaf, null, n), null, 8, 9)),
        ("scaled sparse codebook", () => new Scaled(0, Leaf(8), Some(3, n => Book(4, n), null, 8, 9))),
        ("sparse codebook with scaled integer table", () => Some(
            5, n => new Codebook(Shape.Of(n), Book(7, n).Indices, new Scaled(Scaled.WholeWeight, Leaf(1), Ints(8, true, 0, 7))), 5, 20, 9)),
        ("quantize-aware whole", () => Aware(Scaled.WholeWeight, 4, false, Leaf(6, 5))),
        ("quantize-aware axis 0", () => Aware(0, 3, false, Leaf(4, 3, 2, 3))),
        ("quantize-aware last axis", () => Aware(1, 8, true, Leaf(6, 5))),
        ("quantize-aware of a large weight", () => Aware(0, 2, false, OnGrid(Leaf(3, 5000)))),
        ("quantize-aware sparse", () => Aware(0, 4, false, Some(3, Leaf, null, 4, 3, 2, 3))),
        ("sparse quantize-aware", () => Some(3, n => Aware(Scaled.WholeWeight, 4, false, Leaf(n)), null, 8, 9)),
        ("codebook with quantize-aware table", () => new Codebook(Shape.Of(6, 5), Book(5, 6, 5).Indices, Aware(Scaled.WholeWeight, 8, true, Leaf(5)))),
        ("scaled quantize-aware", () => new Scaled(0, Leaf(6), Aware(0, 4, true, Leaf(6, 5)))),
    ];

    public static TheoryData<string> Names => [.. All.Select(e => e.Name)];

    public static IEnumerable<WeightEncoding> Each => All.Select(e => e.Make());

    public static WeightEncoding Get(string name) => All.First(e => e.Name == name).Make();

    /// <summary>Scales of about 0.3; one of them is below 0 and stands for its magnitude.</summary>
    public static QuantizeAware Aware(int axis, int bits, bool isSymmetric, WeightEncoding latent)
    {
        int count = axis == Scaled.WholeWeight ? 1 : latent.Shape.Fixed[axis];
        float[] scales = [.. Enumerable.Range(0, count).Select(c => c == 1 ? -0.27f : 0.31f + 0.013f * c)];
        return new QuantizeAware(axis, new Dense(Shape.Of(count), scales), latent, bits, isSymmetric);
    }

    public static Dense Leaf(params int[] dims)
    {
        Shape shape = Shape.Of(dims);
        var rng = new Rng(7, (ulong)shape.Elements);
        return new Dense(shape, Enumerable.Range(0, (int)shape.Elements).Select(_ => (float)rng.NextNormal()).ToArray());
    }

    public static Codebook Book(int entries, params int[] dims)
    {
        Shape shape = Shape.Of(dims);
        var rng = new Rng(8, (ulong)entries);
        ushort[] indices = [.. Enumerable.Range(0, (int)shape.Elements).Select(_ => (ushort)rng.NextInt32(entries))];
        return Codebook.Of(shape, indices, Leaf(entries).Values);
    }

    public static BinaryWeight Signs(params int[] dims) => BinaryWeight.Of(Shape.Of(dims), Leaf(dims).Values);

    public static Integer Ints(int bits, bool isSigned, int zero, params int[] dims)
    {
        Shape shape = Shape.Of(dims);
        var rng = new Rng(9, (ulong)bits);
        (int least, int most) = Integer.Range(bits, isSigned);
        return Integer.Of(shape, bits, [.. Enumerable.Range(0, (int)shape.Elements).Select(_ => least + rng.NextInt32(most - least + 1))], zero, isSigned);
    }

    /// <summary>Keeps about one number in <paramref name="every"/>.</summary>
    public static Sparse Some(int every, Func<int, WeightEncoding> values, int? indexBits, params int[] dims)
    {
        Shape shape = Shape.Of(dims);
        var rng = new Rng(10, (ulong)every);
        int[] positions = [.. Enumerable.Range(0, (int)shape.Elements).Where(_ => rng.NextInt32(every) == 0)];
        return new Sparse(shape, positions, values(positions.Length), indexBits);
    }

    // Of thousands of numbers some lie so near an end of the range that a difference steps over it, where it is no derivative; none does on this grid.
    private static Dense OnGrid(Dense leaf) => new(leaf.Shape, leaf.ToArray().Select(v => MathF.Round(v * 20) / 20).ToArray());

    private static Dense Leaf(int count) => Leaf([count]);
}
