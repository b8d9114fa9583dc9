using System.Text;
using Pare.Compression.Data;
using Pare.Compression.Data.Readers;

namespace Pare.Compression.Tests.Data.Readers;

public sealed class PictureFolderTests
{
    // rows of RGB pixels, by function of (y, x)
    private static byte[] Ppm(int height, int width, Func<int, int, (int R, int G, int B)> pixel) =>
    [
        .. Encoding.ASCII.GetBytes($"P6 {width} {height} 255\n"),
        .. from y in Enumerable.Range(0, height) from x in Enumerable.Range(0, width) let p = pixel(y, x) from v in new[] { p.R, p.G, p.B } select (byte)v,
    ];

    private static DataSet Open(TempFolder folder, DataOptions options, DataPart part = DataPart.Train) =>
        DataSourceCatalog.Default.Find(folder.Path, options).Open(part, DataLocations.None);

    [VipsFact]
    public void Read_OwnSize_GivesExactPixelsByChannel()
    {
        using var folder = new TempFolder();
        folder.Write("cat/b.ppm", Ppm(2, 3, (y, x) => (10 * y + x, 100, 200)));
        folder.Write("cat/a.ppm", Ppm(2, 3, (_, _) => (1, 2, 3)));
        folder.Write("ape/c.ppm", Ppm(2, 3, (_, _) => (7, 8, 9)));
        folder.Write("ape/notes.txt", [1]);
        DataSet data = Open(folder, new DataOptions());
        data.SampleShape.ShouldBe([3, 2, 3]);
        data.Classes.ShouldBe(2);
        Enumerable.Range(0, 3).Select(data.Label).ShouldBe([0, 1, 1]); // ape, then cat: a, b
        data.Bytes(2).ToArray().ShouldBe([0, 1, 2, 10, 11, 12, .. Enumerable.Repeat((byte)100, 6), .. Enumerable.Repeat((byte)200, 6)]);
    }

    [VipsFact]
    public void Read_OtherSize_CropsOrStretches()
    {
        using var folder = new TempFolder();

        // 40 x 120, the middle third white: cropped to the middle it is all white, stretched only in the middle
        folder.Write("c/wide.ppm", Ppm(40, 120, (_, x) => x is >= 40 and < 80 ? (255, 255, 255) : (0, 0, 0)));
        DataSet cropped = Open(folder, new DataOptions { Height = 20, Width = 20, Channels = 1 });
        cropped.SampleShape.ShouldBe([1, 20, 20]);
        cropped.Bytes(0)[10 * 20 + 3].ShouldBeGreaterThan((byte)240);
        ReadOnlySpan<byte> stretched = Open(folder, new DataOptions { Height = 20, Width = 21, Channels = 1, Stretch = true }).Bytes(0);
        stretched[10 * 21 + 2].ShouldBeLessThan((byte)20);
        stretched[10 * 21 + 10].ShouldBeGreaterThan((byte)235);
    }

    [VipsFact]
    public void Read_Png_WithAlphaAndGrey_IsConverted()
    {
        using var folder = new TempFolder();
        folder.Write("c/a.png", Png.Encode(1, 2, 4, [10, 20, 30, 255, 90, 90, 90, 0])); // the second pixel is transparent: black
        folder.Write("c/b.png", Png.Encode(1, 2, 1, [50, 60]));
        DataSet data = Open(folder, new DataOptions());
        data.Bytes(0).ToArray().ShouldBe([10, 0, 20, 0, 30, 0]);
        data.Bytes(1).ToArray().ShouldBe([50, 60, 50, 60, 50, 60]);
    }

    [VipsFact]
    public void Read_TrainAndTest_NumberClassesOverBoth()
    {
        using var folder = new TempFolder();
        byte[] picture = Ppm(2, 2, (_, _) => (1, 2, 3));
        folder.Write("train/a/1.ppm", picture);
        folder.Write("train/b/1.ppm", picture);
        folder.Write("train/c/1.ppm", picture);
        folder.Write("test/c/1.ppm", picture);
        DataSet test = Open(folder, new DataOptions(), DataPart.Test);
        test.Count.ShouldBe(1);
        test.Label(0).ShouldBe(2);
        test.Classes.ShouldBe(3);
        Open(folder, new DataOptions()).Count.ShouldBe(3);
    }

    [Fact]
    public void Require_LibraryMissing_SaysHowToInstallIt() =>
        Should.Throw<DataException>(() => Vips.Require(null)).Message.ShouldContain("apt install libvips42");

    [VipsFact]
    public void Read_DamagedOrUnequal_NamesThePicture()
    {
        using var folder = new TempFolder();
        folder.Write("c/a.ppm", Ppm(2, 2, (_, _) => (1, 2, 3)));
        folder.Write("c/b.ppm", Ppm(2, 3, (_, _) => (1, 2, 3)));
        Should.Throw<DataException>(() => Open(folder, new DataOptions())).Message.ShouldContain("b.ppm' is 2 x 3, but");
        folder.Write("c/b.ppm", "this is no picture"u8.ToArray());
        string message = Should.Throw<DataException>(() => Open(folder, new DataOptions())).Message;
        message.ShouldContain("b.ppm' cannot be read:");
        Should.Throw<DataException>(() => Open(folder, new DataOptions { Height = 4, Width = 4 })).Message.ShouldContain("b.ppm");
        Should.Throw<DataException>(() => Open(folder, new DataOptions { Height = 4 })).Message.ShouldContain("both height and width");
        Should.Throw<DataException>(() => Open(folder, new DataOptions { Channels = 2 })).Message.ShouldContain("1 or 3");
    }
}
