using Pare.Encodings;

namespace Pare.Tests.Kernels;

/// <summary>Weights of few bits for tests; the same for the same shape.</summary>
internal static class KernelCaseCodes
{
    /// <summary>One of each kind, for a weight whose output channels are an axis.</summary>
    public static IEnumerable<(string Name, Func<Shape, int, WeightEncoding> Make)> All =>
    [
        .. new[] { 1, 2, 3, 4, 5, 6, 7, 8, 16 }.SelectMany(bits => new (string, Func<Shape, int, WeightEncoding>)[]
        {
            ($"{bits} bits unsigned", (s, axis) => Channels(Affine(s, bits, isSigned: false), axis)),
            ($"{bits} bits signed", (s, axis) => Whole(Affine(s, bits, isSigned: true))),
        }),
        ("4 bits bare", (s, _) => Affine(s, 4, isSigned: true)),
        ("4 bits in blocks of 8", (s, axis) => Blocks(Affine(s, 4, isSigned: true), axis, 8)),
        ("3 bits in blocks of 11", (s, axis) => Blocks(Affine(s, 3, isSigned: false), axis, 11)),
        ("4 bits in blocks of 2^30", (s, axis) => Blocks(Affine(s, 4, isSigned: true), axis, 1 << 30)),
        ("4 bits in blocks of 16, folded", (s, axis) => Channels(Blocks(Affine(s, 4, isSigned: true), axis, 16), axis)),
        ("codebook of 1", (s, _) => Book(s, 1)),
        ("codebook of 3", (s, _) => Book(s, 3)),
        ("codebook of 16", (s, _) => Book(s, 16)),
        ("codebook of 16, scaled", (s, axis) => Channels(Book(s, 16), axis)),
        ("codebook of 16 in 8 bits", (s, _) => new Codebook(s, Codes.Pack(8, Numbers(s, 16)), Table(16))),
        ("codebook of 17", (s, _) => Book(s, 17)),
        ("codebook of 256, scaled", (s, axis) => Channels(Book(s, 256), axis)),
        ("codebook of large numbers, scaled", (s, axis) => Channels(new Codebook(s, Codes.Pack(2, Numbers(s, 3)), new Dense(Shape.Of(3), new[] { 1e30f, -2e30f, 0 })), axis, 1e-31f)),
    ];

    public static Integer Affine(Shape shape, int bits, bool isSigned)
    {
        int zero = isSigned ? bits == 16 ? -3000 : -1 : Math.Min(3, (1 << bits) - 1);
        return new Integer(shape, Codes.Pack(bits, Numbers(shape, 1 << bits)), zero, isSigned);
    }

    public static Codebook Book(Shape shape, int entries) => new(shape, Codes.Pack(Codebook.BitsFor(entries), Numbers(shape, entries)), Table(entries));

    public static Scaled Channels(WeightEncoding inner, int axis, float size = 1) => new(axis, Factors(Shape.Of(inner.Shape.Fixed[axis]), size), inner);

    public static Scaled Whole(WeightEncoding inner) => new(Scaled.WholeWeight, Factors(Shape.Of(1), 1), inner);

    public static Scaled Blocks(WeightEncoding inner, int outputs, int block) => new(1 - outputs, Factors(Scaled.ScaleShape(inner.Shape, 1 - outputs, block), 1), inner, block);

    private static ushort[] Numbers(Shape shape, int below)
    {
        Rng rng = new((ulong)shape.Elements);
        return [.. Enumerable.Range(0, (int)shape.Elements).Select(_ => (ushort)rng.NextInt32(below))];
    }

    private static Dense Table(int entries)
    {
        Rng rng = new(3);
        return new Dense(Shape.Of(entries), Enumerable.Range(0, entries).Select(_ => rng.NextSingle() * 2 - 1).ToArray());
    }

    private static Dense Factors(Shape shape, float size)
    {
        Rng rng = new(5);
        return new Dense(shape, Enumerable.Range(0, (int)shape.Elements).Select(_ => (rng.NextSingle() * 2 - 1) * size).ToArray());
    }
}
