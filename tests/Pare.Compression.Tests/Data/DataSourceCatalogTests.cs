using Pare.Compression.Data;

namespace Pare.Compression.Tests.Data;

public sealed class DataSourceCatalogTests
{
    private static DataSet Open(string spec, DataPart part = DataPart.Train, DataLocations? where = null) =>
        DataSourceCatalog.Default.Find(spec).Open(part, where ?? DataLocations.None);

    private static DataLocations Shared => new([SharedData.Folder!]);

    [Fact]
    public void Find_Unknown_ListsWhatIsKnown()
    {
        string message = Should.Throw<DataException>(() => DataSourceCatalog.Default.Find("mnits")).Message;
        message.ShouldContain("'mnits'");
        message.ShouldContain("digits, mnist, cifar10");
    }

    [Fact]
    public void Sources_All_AreDescribed()
    {
        foreach (DataSource source in DataSourceCatalog.Default.Sources)
        {
            source.Description.ShouldContain("10 classes");
            source.Files.ShouldAllBe(f => f.Sha256.Length == 64 && f.Bytes > 0);
            source.Files.IsEmpty.ShouldBe(source.Mirrors.IsEmpty);
        }
    }

    [Fact]
    public void Open_NamedButAbsent_SaysWhereItLookedAndWhatToDo()
    {
        using var folder = new TempFolder();
        string message = Should.Throw<DataException>(() => Open("mnist", where: new DataLocations([folder.At("a"), folder.At("b")], folder.At("cache")))).Message;
        message.ShouldContain($"{folder.At("a", "mnist")}, {folder.At("a")}, {folder.At("b", "mnist")}, {folder.At("b")}, {folder.At("cache", "mnist")}");
        message.ShouldContain("pare data get mnist");
        message.ShouldContain("PARE_DATA");
        Should.Throw<DataException>(() => Open("cifar10")).Message.ShouldContain("no folder was given");
    }

    [Fact]
    public void Open_NamedButDamaged_SaysSo()
    {
        using var folder = new TempFolder();
        folder.Write("mnist/train-images-idx3-ubyte", new byte[47_040_016]);
        Should.Throw<DataException>(() => Open("mnist", where: new DataLocations([folder.Path]))).Message.ShouldContain("expected ba891046");
    }

    [Fact]
    public void With_SameName_Replaces()
    {
        DataSource digits = DataSourceCatalog.Default.Find("digits");
        DataSourceCatalog more = DataSourceCatalog.Default.With(digits);
        more.Sources.Length.ShouldBe(3);
        more.Find("digits").ShouldBeSameAs(digits);
    }

    [Fact]
    public void Open_Digits_AreRealAndBalanced()
    {
        DataSet train = Open("digits"), test = Open("digits", DataPart.Test);
        (train.Count, test.Count).ShouldBe((8500, 1500));
        train.SampleShape.ShouldBe([1, 28, 28]);
        for (int c = 0; c < 10; c++)
        {
            double inTrain = Enumerable.Range(0, 8500).Count(i => train.Label(i) == c) / 8500.0, inTest = Enumerable.Range(0, 1500).Count(i => test.Label(i) == c) / 1500.0;
            inTrain.ShouldBeInRange(0.08, 0.12);
            inTest.ShouldBe(inTrain, 0.002);
        }

        // Hand-written digits have their ink in the middle: the border is empty, a fifth of the rest is not.
        Enumerable.Range(0, 8500).Average(i => train.Bytes(i).ToArray().Count(b => b > 127) / 784.0).ShouldBeInRange(0.08, 0.16);
        train.ContentHash.ShouldNotBe(test.ContentHash);
    }

    [Fact]
    public void Open_IdxPairAndFolder_FindTheirLabels()
    {
        using var folder = new TempFolder();
        byte[] pixels = Bytes.Random(12);
        string x = folder.Write("train-images-idx3-ubyte.gz", Bytes.Gz(Bytes.Idx([3, 2, 2], pixels)));
        folder.Write("train-labels-idx1-ubyte.br", Bytes.Br(Bytes.Idx([3], [0, 1, 2])));
        DataSet data = Open(x);
        (data.Count, data.Classes, data.Label(2)).ShouldBe((3, 3, 2));
        DataSource source = DataSourceCatalog.Default.Find(folder.Path);
        source.HasParts.ShouldBeTrue();
        source.Open(DataPart.Train, DataLocations.None).ContentHash.ShouldBe(data.ContentHash);
        Should.Throw<DataException>(() => source.Open(DataPart.Test, DataLocations.None)).Message.ShouldContain("lacks 't10k-images-idx3-ubyte'");
        Should.Throw<DataException>(() => Open(x + "," + folder.At("none"))).Message.ShouldContain("file of labels");
    }

    [Fact]
    public void Open_Npz_XAndYOrParts()
    {
        using var folder = new TempFolder();
        byte[] x = Bytes.Npy("<f4", "2, 3", Bytes.Of(1f, 2, 3, 4, 5, 6)), y = Bytes.Npy("<i8", "2,", Bytes.Of(1L, 0));
        string plain = folder.Write("a.npz", Bytes.Zip(("x.npy", x), ("y.npy", y)));
        DataSource source = DataSourceCatalog.Default.Find(plain);
        source.HasParts.ShouldBeFalse();
        DataSet data = source.Open(DataPart.Test, DataLocations.None);
        (data.Count, data.Classes, data.Label(0)).ShouldBe((2, 2, 1));
        Open(folder.Write("a.npz.br", Bytes.Br(File.ReadAllBytes(plain)))).ContentHash.ShouldBe(data.ContentHash);
        string parts = folder.Write("b.npz", Bytes.Zip(("x_train.npy", x), ("y_train.npy", y), ("x_test.npy", x)));
        Open(parts).ContentHash.ShouldBe(data.ContentHash);
        Should.Throw<DataException>(() => Open(parts, DataPart.Test)).Message.ShouldContain("no array 'y_test'; it has x_train, y_train, x_test");
        Should.Throw<DataException>(() => Open(folder.Write("c.npz", Bytes.Zip(("z.npy", x))))).Message.ShouldContain("expected x and y");
        Should.Throw<DataException>(() => Open(folder.Write("d.npz", Bytes.Random(100)))).Message.ShouldContain("damaged");
    }

    [Fact]
    public void Open_NpzFlippedOrCut_IsReadOrThrowsDataException()
    {
        using var folder = new TempFolder();
        byte[] good = Bytes.Zip(
            ("x.npy", Bytes.Npy("<f4", "2, 3", Bytes.Of(1f, 2, 3, 4, 5, 6))), ("y.npy", Bytes.Npy("<i8", "2,", Bytes.Of(1L, 0))));
        for (int i = 0; i < good.Length; i++)
        {
            foreach (byte flip in new byte[] { 0x01, 0x40, 0xFF })
            {
                byte[] bad = good.ToArray();
                bad[i] ^= flip;
                ReadsOrRefuses(folder.Write("bad.npz", bad));
            }

            string cut = folder.Write("cut.npz", good[..i]);
            Should.Throw<DataException>(() => Open(cut));
        }
    }

    private static void ReadsOrRefuses(string path)
    {
        try
        {
            Open(path).Count.ShouldBeInRange(1, 6);
        }
        catch (DataException e)
        {
            e.Message.ShouldContain("bad.npz");
        }
    }

    [Fact]
    public void Open_NpyFiles_PairByNameCommaOrAlone()
    {
        using var folder = new TempFolder();
        string x = folder.Write("x_train.npy", Bytes.Npy("|u1", "2, 3", new byte[6]));
        Open(x).Classes.ShouldBe(0);
        string y = folder.Write("y_train.npy.gz", Bytes.Gz(Bytes.Npy("|u1", "2,", [0, 4])));
        Open(x).Classes.ShouldBe(5);
        Open(folder.Path).Classes.ShouldBe(5);
        string other = folder.Write("pictures.npy", File.ReadAllBytes(x));
        Open(other).Classes.ShouldBe(0);
        Open($"{other},{y}").Classes.ShouldBe(5);
    }

    [Fact]
    public void Open_CifarFileAndUnknownThings()
    {
        using var folder = new TempFolder();
        Open(folder.Write("my.bin.gz", Bytes.Gz(new byte[2 * 3073]))).SampleShape.ShouldBe([3, 32, 32]);
        Should.Throw<DataException>(() => Open(folder.Write("my.txt", [1]))).Message.ShouldContain("expected .npz, .npy, .bin");
        Should.Throw<DataException>(() => Open(folder.Path)).Message.ShouldContain("no data that is known");
    }

    [SharedDataFact("mnist")]
    public void Open_Mnist_IsTheOfficialSet()
    {
        DataSet train = Open("mnist", where: Shared), test = Open("mnist", DataPart.Test, Shared);
        (train.Count, test.Count).ShouldBe((60_000, 10_000));
        DataSourceCatalog.Default.Find("mnist").IsFound(Shared).ShouldBeTrue();
        DataSourceCatalog.Default.Find("mnist").IsFound(DataLocations.None).ShouldBeFalse();
        Enumerable.Range(0, 10).Select(train.Label).ShouldBe([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
        Open("mnist", where: new DataLocations([Path.Combine(SharedData.Folder!, "mnist")])).Count.ShouldBe(60_000);
    }

    [SharedDataFact("mnist")]
    public void Open_Digits_AreTrainingPicturesOfMnist()
    {
        DataSet mnist = Open("mnist", where: Shared), digits = Open("digits");
        var known = new HashSet<string>(Enumerable.Range(0, mnist.Count).Select(i => mnist.Label(i) + Convert.ToBase64String(mnist.Bytes(i))));
        Enumerable.Range(0, digits.Count).Count(i => known.Contains(digits.Label(i) + Convert.ToBase64String(digits.Bytes(i)))).ShouldBe(8500);
    }

    [SharedDataFact("cifar10")]
    public void Open_Cifar10_IsTheOfficialSet()
    {
        DataSet test = Open("cifar10", DataPart.Test, Shared);
        test.Count.ShouldBe(10_000);
        Enumerable.Range(0, 10).Select(c => Enumerable.Range(0, 10_000).Count(i => test.Label(i) == c)).ShouldAllBe(n => n == 1000);
    }
}
