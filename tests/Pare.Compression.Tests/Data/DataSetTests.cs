using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Pare.Compression.Data;

namespace Pare.Compression.Tests.Data;

public sealed class DataSetTests
{
    private static readonly ImmutableArray<int> Picture = [1, 2, 2];

    private static DataSet Make(int count) =>
        DataSet.FromBytes("t", Picture, 10, Bytes.Random(count * 4), [.. Enumerable.Range(0, count).Select(i => i % 10)]);

    private static float[] Sample(DataSet data, int index)
    {
        var values = new float[data.SampleLength];
        data.Read(index, values);
        return values;
    }

    [Fact]
    public void Read_Bytes_GivesStoredValues()
    {
        DataSet data = DataSet.FromBytes("t", Picture, 2, new byte[] { 0, 1, 2, 255, 4, 5, 6, 7 }, [1, 0]);
        data.Count.ShouldBe(2);
        Sample(data, 0).ShouldBe([0, 1, 2, 255]);
        Sample(data, 1).ShouldBe([4, 5, 6, 7]);
        data.Label(0).ShouldBe(1);
    }

    [Fact]
    public void Subset_OfSubset_KeepsOrderAndLabels()
    {
        DataSet data = Make(30), subset = data.Subset([29, 3, 3, 7]).Slice(1, 3);
        subset.Count.ShouldBe(3);
        for (int i = 0; i < 3; i++)
        {
            int source = new[] { 3, 3, 7 }[i];
            Sample(subset, i).ShouldBe(Sample(data, source));
            subset.Label(i).ShouldBe(data.Label(source));
        }

        Should.Throw<ArgumentOutOfRangeException>(() => subset.Label(3));
        Should.Throw<ArgumentOutOfRangeException>(() => data.Subset([30]));
        Should.Throw<ArgumentOutOfRangeException>(() => data.Slice(20, 11));
    }

    [Fact]
    public void Split_AnySeed_PartitionsTheSamples() => Check.One(
        Config.QuickThrowOnFailure,
        Prop.ForAll<uint, byte>((seed, size) =>
        {
            int count = size + 2, taken = 1 + (int)(seed % (uint)(count - 1));
            var data = DataSet.FromFloats("t", [1], 1, Enumerable.Range(0, count).Select(i => (float)i).ToArray(), new int[count]);
            (DataSet train, DataSet validation) = data.Split(taken, seed);
            float[] all = [.. Enumerable.Range(0, train.Count).Select(i => Sample(train, i)[0]), .. Enumerable.Range(0, validation.Count).Select(i => Sample(validation, i)[0])];
            return validation.Count == taken && all.Order().SequenceEqual(Enumerable.Range(0, count).Select(i => (float)i));
        }));

    [Fact]
    public void Split_SameSeed_SameHashes_OtherSeed_Others()
    {
        DataSet data = Make(100);
        string first = data.Split(20, 5).Validation.ContentHash;
        data.Split(20, 5).Validation.ContentHash.ShouldBe(first);
        data.Split(20, 6).Validation.ContentHash.ShouldNotBe(first);
        Should.Throw<DataException>(() => data.Split(100, 1)).Message.ShouldContain("expected 1 to 99");
    }

    [Fact]
    public void ContentHash_OneBitOrLabelOrShape_Changes()
    {
        byte[] bytes = Bytes.Random(16);
        int[] labels = [0, 1, 2, 3];
        string hash = DataSet.FromBytes("a", Picture, 4, bytes, labels).ContentHash;
        hash.Length.ShouldBe(64);
        DataSet.FromBytes("b", Picture, 4, bytes.ToArray(), [0, 1, 2, 3]).ContentHash.ShouldBe(hash);
        DataSet.FromBytes("a", [4], 4, bytes, labels).ContentHash.ShouldNotBe(hash);
        DataSet.FromBytes("a", Picture, 4, bytes, [0, 1, 3, 3]).ContentHash.ShouldNotBe(hash);
        DataSet.FromBytes("a", Picture, 4, bytes, labels).Slice(0, 3).ContentHash.ShouldNotBe(hash);
        bytes[5] ^= 1;
        DataSet.FromBytes("a", Picture, 4, bytes, labels).ContentHash.ShouldNotBe(hash);
    }

    [Fact]
    public void FromBytes_Wrong_SaysFoundAndExpected()
    {
        Should.Throw<DataException>(() => DataSet.FromBytes("t", Picture, 10, new byte[7], null)).Message.ShouldContain("7 numbers are not a whole");
        Should.Throw<DataException>(() => DataSet.FromBytes("t", Picture, 0, Array.Empty<byte>(), null)).Message.ShouldContain("0 numbers");
        Should.Throw<DataException>(() => DataSet.FromBytes("t", [2, 2], 10, new byte[8], new int[2])).Message.ShouldContain("expected [C, H, W] or [D]");
        Should.Throw<DataException>(() => DataSet.FromBytes("t", [1, 0, 2], 10, new byte[8], new int[2])).Message.ShouldContain("[1, 0, 2]");
        Should.Throw<DataException>(() => DataSet.FromBytes("t", [70_000, 70_000, 9], 10, new byte[8], new int[2])).Message.ShouldContain("too large");
        Should.Throw<DataException>(() => DataSet.FromBytes("t", Picture, 10, new byte[8], new int[3])).Message.ShouldContain("2 samples, but 3 labels");
        Should.Throw<DataException>(() => DataSet.FromBytes("t", Picture, 10, new byte[8], [0, 10])).Message.ShouldContain("sample 1 has label 10; expected 0 to 9");
        Should.Throw<DataException>(() => DataSet.FromBytes("t", Picture, 10, new byte[8], [-1, 0])).Message.ShouldContain("label -1");
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void FromFloats_NotFinite_NamesSampleAndPosition(float value) =>
        Should.Throw<DataException>(() => DataSet.FromFloats("t", [2], 0, new[] { 1, 2, 3, value }, null)).Message.ShouldContain("sample 1 has");

    [Fact]
    public void Label_WithoutLabels_Throws() =>
        Should.Throw<DataException>(() => DataSet.FromBytes("t", Picture, 0, new byte[4], null).Label(0)).Message.ShouldContain("no labels");
}
