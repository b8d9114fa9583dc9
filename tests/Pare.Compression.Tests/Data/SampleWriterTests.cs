using Pare.Compression.Data;

namespace Pare.Compression.Tests.Data;

public sealed class SampleWriterTests
{
    private const int C = 3, H = 5, W = 7;
    private static readonly byte[] Pixels = Bytes.Random(C * H * W);
    private static readonly DataSet AsBytes = DataSet.FromBytes("b", [C, H, W], 0, Pixels, null);
    private static readonly DataSet AsFloats = DataSet.FromFloats("f", [C, H, W], 0, Pixels.Select(b => (float)b).ToArray(), null);
    private static readonly Preprocessing Settings = new() { Mean = [.1f, .2f, .3f], Std = [2, 3, 4] };

    public static TheoryData<string, bool> Kinds => new() { { "nchw", true }, { "nchw", false }, { "nhwc", true }, { "nhwc", false } };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Write_EveryPlacement_IsTheDefinition(string layout, bool bytes)
    {
        Preprocessing settings = Settings with { Layout = layout };
        var writer = new SampleWriter(bytes ? AsBytes : AsFloats, settings);
        float[] found = new float[C * H * W], expected = new float[C * H * W];
        for (int dy = -H - 1; dy <= H + 1; dy++)
        {
            for (int dx = -W - 1; dx <= W + 1; dx++)
            {
                foreach (bool flip in new[] { false, true })
                {
                    Array.Fill(found, float.NaN);
                    writer.Write(0, new Placement(dy, dx, flip), found);
                    Define(settings, dy, dx, flip, layout == "nhwc", expected);
                    found.ShouldBe(expected);
                }
            }
        }
    }

    [Fact]
    public void Write_ManySamples_AllocatesNothing()
    {
        var writer = new SampleWriter(AsBytes, Settings);
        var to = new float[C * H * W];
        writer.Write(0, new Placement(1, 1, true), to);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            writer.Write(0, new Placement(i % 3, 1, true), to);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Fact]
    public void Draw_ManyBits_CoversTheRangeEvenly()
    {
        var augmentation = new Augmentation { CropPadding = 4, HorizontalFlip = true };
        var rng = new Rng(3);
        var seen = new int[9, 9, 2];
        for (int i = 0; i < 162_000; i++)
        {
            Placement p = augmentation.Draw(rng.NextUInt64());
            seen[p.Dy + 4, p.Dx + 4, p.Flip ? 1 : 0]++;
        }

        seen.Cast<int>().Min().ShouldBeGreaterThan(820);
        seen.Cast<int>().Max().ShouldBeLessThan(1180);
        var shift = new Augmentation { ShiftPixels = 1, CropPadding = 2 };
        Enumerable.Range(0, 2000).Select(_ => shift.Draw(rng.NextUInt64())).Max(p => p.Dx).ShouldBe(3);
        Augmentation.None.Draw(ulong.MaxValue).ShouldBe(default);
    }

    [Fact]
    public void Validate_OutOfRangeOrNoPicture_ThrowsRecipeException()
    {
        Should.Throw<RecipeException>(() => new Augmentation { ShiftPixels = -1 }.Validate(AsBytes)).Message.ShouldContain("0 to 64");
        DataSet vector = DataSet.FromBytes("v", [4], 0, new byte[4], null);
        Should.Throw<RecipeException>(() => new Augmentation { HorizontalFlip = true }.Validate(vector)).Message.ShouldContain("pictures");
        Augmentation.None.Validate(vector);
    }

    private static void Define(Preprocessing settings, int dy, int dx, bool flip, bool channelsLast, float[] to)
    {
        for (int c = 0; c < C; c++)
        {
            for (int y = 0; y < H; y++)
            {
                for (int x = 0; x < W; x++)
                {
                    int sy = y + dy, sx = (flip ? W - 1 - x : x) + dx;
                    float raw = sy is >= 0 and < H && sx is >= 0 and < W ? Pixels[(c * H + sy) * W + sx] : 0;
                    to[channelsLast ? (y * W + x) * C + c : (c * H + y) * W + x] = (raw * settings.Scale - settings.Mean[c]) / settings.Std[c];
                }
            }
        }
    }
}
