using Pare.Encodings;

namespace Pare.Tests.Encodings;

public class EncodingArgumentTests
{
    [Fact]
    public void Scaled_OfWrongParts_Throws()
    {
        Should.Throw<ArgumentException>(() => new Scaled(2, EncodingExamples.Leaf([3]), EncodingExamples.Leaf(3, 2)));
        Should.Throw<ArgumentException>(() => new Scaled(0, EncodingExamples.Leaf([2]), EncodingExamples.Leaf(3, 2)));
        Should.Throw<ArgumentException>(() => new Scaled(0, EncodingExamples.Leaf(3, 1), EncodingExamples.Leaf(3, 2)));
        Should.Throw<ArgumentException>(() => new Scaled(1, EncodingExamples.Leaf(3, 2), EncodingExamples.Leaf(3, 5), 2)).Message.ShouldContain("[3, 3]");
        Should.Throw<ArgumentException>(() => new Scaled(1, EncodingExamples.Leaf(3, 5), EncodingExamples.Leaf(3, 5), -1));
        Should.Throw<ArgumentException>(() => new Scaled(Scaled.WholeWeight, EncodingExamples.Leaf(3, 5), EncodingExamples.Leaf(3, 5), 1));
    }

    [Fact]
    public void Select_AlongBlocks_KeepsTheLargestBlockThatHolds()
    {
        var blocked = new Scaled(0, EncodingExamples.Leaf(3, 2), EncodingExamples.Leaf(12, 2), 4);
        ((Scaled)blocked.Select(0, [8, 9, 10, 11, 0, 1, 2, 3])).Block.ShouldBe(4);
        ((Scaled)blocked.Select(0, [3, 2, 1, 0, 4, 7])).Block.ShouldBe(4);
        ((Scaled)blocked.Select(0, [0, 1, 4, 5, 8, 9])).Block.ShouldBe(2);
        var split = (Scaled)blocked.Select(0, [0, 4, 5, 8]);
        split.Block.ShouldBe(1);
        split.Scales.Shape.ShouldBe(Shape.Of(4, 2));
    }

    [Fact]
    public void Integer_OfWrongParts_Throws()
    {
        Should.Throw<ArgumentException>(() => new Integer(Shape.Of(3), Codes.Pack(4, [1, 2]), 0, false));
        Should.Throw<ArgumentException>(() => new Integer(Shape.Of(2), Codes.Pack(9, [1, 2]), 0, false));
        Should.Throw<ArgumentException>(() => new Integer(Shape.Of(2), Codes.Pack(4, [1, 2]), 8, true));
        Should.Throw<ArgumentException>(() => Integer.Of(Shape.Of(2), 4, [1, 16], 0, false));
    }

    [Fact]
    public void Binary_OfWrongParts_Throws()
    {
        Should.Throw<ArgumentException>(() => new BinaryWeight(Shape.Of(3), Codes.Pack(1, [1, 0]))).Message.ShouldContain("2 signs");
        Should.Throw<ArgumentException>(() => new BinaryWeight(Shape.Of(2), Codes.Pack(2, [1, 2]))).Message.ShouldContain("2 bits");
        BinaryWeight.Of(Shape.Of(4), [0.5f, -0f, -1, float.NaN]).ToArray().ShouldBe([1, 1, -1, -1]);
    }

    [Fact]
    public void Codebook_OfWrongParts_Throws()
    {
        Should.Throw<ArgumentException>(() => Codebook.Of(Shape.Of(3), [0, 1], [1, 2]));
        Should.Throw<ArgumentException>(() => Codebook.Of(Shape.Of(2), [0, 3], [1, 2, 3])).Message.ShouldContain("index 3");
        Should.Throw<ArgumentException>(() => Codebook.Of(Shape.Of(2), [0, 1], []));
    }

    [Fact]
    public void Sparse_OfWrongParts_Throws()
    {
        Should.Throw<ArgumentException>(() => new Sparse(Shape.Of(4), [0, 0], EncodingExamples.Leaf([2])));
        Should.Throw<ArgumentException>(() => new Sparse(Shape.Of(4), [-1, 0], EncodingExamples.Leaf([2])));
        Should.Throw<ArgumentException>(() => new Sparse(Shape.Of(4), [0, 4], EncodingExamples.Leaf([2])));
        Should.Throw<ArgumentException>(() => new Sparse(Shape.Of(4), [0, 1], EncodingExamples.Leaf([3])));
        Should.Throw<ArgumentException>(() => new Sparse(Shape.Of(4), [0, 1], EncodingExamples.Leaf([2]), 17));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(256, 8)]
    [InlineData(257, 9)]
    [InlineData(65536, 16)]
    public void BitsFor_Entries_IsTheFewest(int entries, int bits) => Codebook.BitsFor(entries).ShouldBe(bits);

    [Fact]
    public void Sparse_OfNonzero_KeepsThem()
    {
        var leaf = new Dense(Shape.Of(2, 3), new float[] { 0, 2, 0, -1, 0, float.NaN });
        Sparse sparse = Sparse.OfNonzero(leaf);
        sparse.Positions.ToArray().ShouldBe([1, 3, 5]);
        sparse.ToArray().ShouldBe(leaf.ToArray());
    }
}
