using System.Collections.Immutable;
using Pare.Compression.Data;

namespace Pare.Compression.Tests.Data;

public sealed class PreprocessingTests
{
    private static readonly DataSet Pictures = DataSet.FromBytes("bytes", [3, 2, 2], 0, new byte[] { 0, 51, 102, 255, 1, 2, 3, 4, 5, 6, 7, 8 }, null);
    private static readonly Preprocessing ImageNet = new() { Mean = [.485f, .456f, .406f], Std = [.229f, .224f, .225f] };

    private static DataSet Floats(float low, float high) => DataSet.FromFloats("floats", [2], 0, new[] { low, high, high, low }, null);

    [Fact]
    public void Apply_MeanAndStd_AreByChannel()
    {
        var to = new float[12];
        ImageNet.Apply(Pictures, 0, to);
        to[1].ShouldBe((51 * (1 / 255f) - .485f) / .229f);
        to[4].ShouldBe((1 * (1 / 255f) - .456f) / .224f);
        to[11].ShouldBe((8 * (1 / 255f) - .406f) / .225f);
    }

    [Fact]
    public void Apply_Nhwc_TurnsTheSample()
    {
        var to = new float[12];
        Preprocessing nhwc = new() { Scale = 1, Layout = "nhwc" };
        nhwc.Apply(Pictures, 0, to);
        to.ShouldBe([0, 1, 5, 51, 2, 6, 102, 3, 7, 255, 4, 8]);
        nhwc.InputShape(Pictures).ShouldBe([2, 2, 3]);
        new Preprocessing().InputShape(Pictures).ShouldBe([3, 2, 2]);
    }

    [Fact]
    public void Apply_BytesAndFloatsOfSameValues_AreSameBits()
    {
        byte[] bytes = Bytes.Random(3 * 50);
        DataSet asBytes = DataSet.FromBytes("b", [3, 10, 5], 0, bytes, null);
        DataSet asFloats = DataSet.FromFloats("f", [3, 10, 5], 0, bytes.Select(b => (float)b).ToArray(), null);
        float[] first = new float[150], second = new float[150];
        ImageNet.Apply(asBytes, 0, first);
        ImageNet.Apply(asFloats, 0, second);
        second.ShouldBe(first);
    }

    [Fact]
    public void Metadata_ThereAndBack_IsEqual()
    {
        foreach (Preprocessing p in new[] { new Preprocessing(), ImageNet with { Layout = "nhwc" }, ImageNet.TrainedOn(Pictures), new Preprocessing { Trained = new InputRange(-1.5f, 1e-9f, false) } })
            Preprocessing.FromMetadata(p.ToMetadata()).ShouldBe(p);
        ImageNet.ToMetadata()["pare.mean"].ShouldBe("0.485,0.456,0.406");
        Preprocessing.FromMetadata(ImmutableDictionary<string, string>.Empty).ShouldBeNull();
    }

    [Theory]
    [InlineData("pare.scale", "much")]
    [InlineData("pare.scale", "0")]
    [InlineData("pare.scale", "1,2")]
    [InlineData("pare.mean", "NaN")]
    [InlineData("pare.std", "0")]
    [InlineData("pare.layout", "hcnw")]
    [InlineData("pare.range", "1")]
    [InlineData("pare.range", "2,1")]
    public void FromMetadata_Wrong_ThrowsModelException(string key, string value) =>
        Should.Throw<ModelException>(() => Preprocessing.FromMetadata(new Dictionary<string, string> { ["pare.scale"] = "1", [key] = value })).Message.ShouldContain(value);

    [Fact]
    public void Validate_WrongChannels_ThrowsRecipeException()
    {
        Should.Throw<RecipeException>(() => new Preprocessing { Mean = [1, 2] }.Apply(Pictures, 0, new float[12])).Message.ShouldContain("--mean has 2 numbers; expected 1 or 3");
        Should.Throw<RecipeException>(() => new Preprocessing { Std = [0] }.RangeOf(Pictures)).Message.ShouldContain("above 0");
        new Preprocessing { Mean = [.5f] }.RangeOf(Pictures).ShouldBe(new InputRange(-.5f, .5f, true));
    }

    [Fact]
    public void DefaultFor_Kind_Decides()
    {
        Preprocessing.DefaultFor(Pictures).Scale.ShouldBe(1 / 255f);
        Preprocessing.DefaultFor(Floats(0, 1)).Scale.ShouldBe(1);
    }

    [Fact]
    public void Check_RawBytesWhereUnitWasTrained_NamesBothRangesAndTheOption()
    {
        Preprocessing trained = new Preprocessing().TrainedOn(Pictures);
        trained.Check(Pictures);
        string message = Should.Throw<DataException>(() => (trained with { Scale = 1 }).Check(Pictures)).Message;
        message.ShouldContain("0..255");
        message.ShouldContain("0..1");
        message.ShouldContain("--scale 0.00392157");
    }

    [Fact]
    public void Check_FloatsAgainstBytes_ToleratesWhatIsSimilar()
    {
        Preprocessing trained = new Preprocessing().TrainedOn(Pictures);
        (trained with { Scale = 1 }).Check(Floats(0.1f, 0.9f));
        Should.Throw<DataException>(() => trained.Check(Floats(0, 1))).Message.ShouldContain("--scale 1 ");
        Should.Throw<DataException>(() => (trained with { Scale = 1 }).Check(Floats(0, 255))).Message.ShouldContain("0..255");
        Should.Throw<DataException>(() => (trained with { Scale = 1 }).Check(Floats(100, 101))).Message.ShouldContain("100..101");
    }

    [Fact]
    public void Check_ForgottenMeanAndStd_IsNoticed()
    {
        Preprocessing trained = ImageNet.TrainedOn(Pictures);
        Should.Throw<DataException>(() => new Preprocessing { Trained = trained.Trained }.Check(Pictures)).Message.ShouldContain("--mean (now none)");
        new Preprocessing { Scale = 1 }.Check(Pictures); // nothing known, nothing checked
    }
}
