using System.Collections.Immutable;
using Pare.Compression.Settings;

namespace Pare.Compression.Tests.Settings;

public class SettingsBinderTests
{
    public enum Colour
    {
        DarkRed,
        Blue,
    }

    public sealed record Paint
    {
        [Setting(Min = 0, Max = 1, Help = "share")]
        public double Share { get; init; } = 0.5;

        [Setting(Min = 1, Max = 8, Unit = "bits")]
        public int? Bits { get; init; } = 4;

        [Setting] public Colour Colour { get; init; }

        [Setting] public bool Glossy { get; init; }

        [Setting] public ImmutableArray<float> Mean { get; init; } = [];

        [Setting] public string Label { get; init; } = "none";

        [Setting] public ulong Seed { get; init; }

        public string NotASetting { get; init; } = "";
    }

    private static Paint Bind(params (string, string)[] values) =>
        SettingsBinder.Bind(new Paint(), values.Select(v => KeyValuePair.Create(v.Item1, v.Item2)), "options");

    [Theory]
    [InlineData("0.25", 0.25)]
    [InlineData("90%", 0.9)]
    [InlineData("1e-3", 0.001)]
    public void Bind_Number_IsRead(string text, double expected) => Bind(("share", text)).Share.ShouldBe(expected, 1e-15);

    [Fact]
    public void Bind_EveryType_IsRead()
    {
        Paint paint = Bind(("bits", "8"), ("colour", "dark-red"), ("glossy", "true"), ("mean", "0.5,1"), ("label", "a b"), ("seed", "18446744073709551615"));
        paint.Bits.ShouldBe(8);
        paint.Colour.ShouldBe(Colour.DarkRed);
        paint.Glossy.ShouldBeTrue();
        paint.Mean.ShouldBe([0.5f, 1f]);
        paint.Label.ShouldBe("a b");
        paint.Seed.ShouldBe(ulong.MaxValue);
        paint.Share.ShouldBe(0.5);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("~")]
    [InlineData("auto")]
    public void Bind_NullOfNullable_IsNull(string text) => Bind(("bits", text)).Bits.ShouldBeNull();

    [Theory]
    [InlineData("share", "1.5", "'share' is '1.5'; it must be a number from 0 to 1.")]
    [InlineData("share", "NaN", "a number from 0 to 1")]
    [InlineData("share", "null", "'share' is empty")]
    [InlineData("bits", "9", "an integer from 1 to 8 (bits)")]
    [InlineData("bits", "2.5", "an integer from 1 to 8 (bits)")]
    [InlineData("bits", "99999999999", "an integer from 1 to 8 (bits)")]
    [InlineData("colour", "blu", "one of dark-red, blue. Did you mean 'blue'?")]
    [InlineData("colour", "0", "one of dark-red, blue")]
    [InlineData("glossy", "yes", "true or false")]
    [InlineData("mean", "1,x", "a list, each a number")]
    [InlineData("seed", "-1", "an integer")]
    [InlineData("shar", "1", "no setting 'shar'. Did you mean 'share'?")]
    [InlineData("not-a-setting", "1", "Known: share, bits, colour, glossy, mean, label, seed")]
    public void Bind_Wrong_SaysWhatIsExpected(string name, string text, string message) =>
        Should.Throw<RecipeException>(() => Bind((name, text))).Message.ShouldContain(message);

    [Fact]
    public void Bind_ManyFaults_ListsAll()
    {
        string message = Should.Throw<RecipeException>(() => Bind(("share", "2"), ("bits", "0"), ("colour", "green"), ("zzz", "1"))).Message;
        message.Split('\n').Length.ShouldBe(4);
        message.ShouldStartWith("options: ");
    }

    [Fact]
    public void Schema_Settings_DescribeThemselves()
    {
        Setting bits = SettingsSchema.Of(typeof(Paint)).Find("bits")!;
        bits.Default.ShouldBe(4);
        bits.Nullable.ShouldBeTrue();
        bits.Expected.ShouldBe("an integer from 1 to 8 (bits)");
        SettingsSchema.Of(typeof(Paint)).Find("colour")!.Choices.ShouldBe(["dark-red", "blue"]);
    }

    [Fact]
    public void Catalog_EverySetting_HasHelp()
    {
        foreach (CompressionMethod method in MethodCatalog.Default)
            foreach (Setting setting in SettingsSchema.Of(method.Defaults.GetType()).Settings)
                setting.Help.ShouldNotBeEmpty($"{method.Name}: {setting.Name}");
    }
}
