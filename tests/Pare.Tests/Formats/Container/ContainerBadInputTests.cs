using System.Buffers.Binary;
using System.Diagnostics;
using Pare.Encodings;
using Pare.Formats.Container;
using Pare.Formats.Container.Codecs;

namespace Pare.Tests.Formats.Container;

/// <summary>Files that are cut off, changed or made to harm: a clear error, soon, and no memory that the file does not justify.</summary>
public class ContainerBadInputTests
{
    /// <summary>Memory for any small file: the structure model's tables and the free symbols, twice.</summary>
    private const long SmallFileBytes = 16 << 20;

    private static readonly Model Model = TestModels.Layers(
        (name, leaf) => name.EndsWith("weight") ? TestModels.Pruned(leaf, 0.2, 3) : leaf, 40, 30, 10);

    [Fact]
    public void Read_CutOffAnywhere_ThrowsModelException()
    {
        byte[] file = ContainerTests.Write(Model);
        for (int length = 0; length < file.Length; length += length < 300 ? 1 : 7)
        {
            Should.Throw<ModelException>(() => ContainerTests.Read(file[..length]));
            if (length % 10 == 0) Should.Throw<ModelException>(() => ContainerReader.Read(new Unseekable(file[..length]), TestModels.Operators));
        }
        Should.Throw<ModelException>(() => ContainerTests.Read([.. file, 0])).Message.ShouldContain("follows its end");
    }

    [Fact]
    public void Read_AnyBitFlipped_IsNoticed()
    {
        byte[] file = ContainerTests.Write(Model);
        for (int bit = 0; bit < file.Length * 8; bit += bit < 3000 ? 3 : 23)
        {
            byte[] changed = [.. file];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Exception e = Should.Throw<PareException>(() => ContainerTests.Read(changed));
            (e is ModelException or UnsupportedException).ShouldBeTrue();
        }
    }

    [Theory]
    [InlineData(EntropyCoding.Huffman)]
    [InlineData(EntropyCoding.None)]
    public void Read_ChangedBehindGoodChecksums_GivesAModelOrAClearError(EntropyCoding coding)
    {
        var (structure, data) = Parts(Model, coding);
        var rng = new Rng(11);
        int read = 0, refused = 0;
        for (int round = 0; round < 4000; round++)
        {
            byte[] s = Mutated(structure, rng), d = rng.NextInt32(2) == 0 ? data : Mutated(data, rng);
            if (Outcome(File(s, d))) read++;
            else refused++;
        }
        read.ShouldBeGreaterThan(50);
        refused.ShouldBeGreaterThan(1000);
    }

    [Fact]
    public void Read_EverythingChangedBehindGoodChecksums_GivesAModelOrAClearError()
    {
        var (structure, data) = Parts(TestModels.Everything(), EntropyCoding.Huffman);
        var rng = new Rng(12);
        for (int round = 0; round < 1500; round++) Outcome(File(Mutated(structure, rng), data));
    }

    [Fact]
    public void Read_Noise_IsRefused()
    {
        var rng = new Rng(13);
        for (int round = 0; round < 2000; round++)
        {
            byte[] noise = [.. Enumerable.Range(0, rng.NextInt32(200)).Select(_ => (byte)rng.NextInt32(256))];
            Outcome(noise).ShouldBeFalse();
            Outcome(File(noise, [])).ShouldBeFalse();
        }
    }

    [Theory]
    [InlineData(0xFFFFFFFFUL, 0UL)]
    [InlineData(int.MaxValue, 0UL)]
    [InlineData(int.MaxValue, 100UL)]
    [InlineData(1UL << 30, 1UL << 30)]
    [InlineData(1UL << 22, 50UL)]
    [InlineData(ulong.MaxValue, ulong.MaxValue)]
    public void Read_OversizedSections_AreRefusedWithoutMemory(ulong length, ulong packed)
    {
        var header = new List<byte>("PARE"u8.ToArray()) { 1 };
        Number(header, length);
        Number(header, packed);
        header.AddRange(new byte[packed < 1000 ? packed : 100]);
        byte[] file = [.. header, .. Checksum([.. header]), 0, 0, 0, 0];
        Refused<ModelException>(file);
        Should.Throw<ModelException>(() => ContainerReader.Read(new Unseekable(file), TestModels.Operators));
    }

    [Fact]
    public void Read_AnotherVersion_SaysWhichOnesItReads()
    {
        byte[] file = ContainerTests.Write(Model);
        file[4] = 2;
        Should.Throw<UnsupportedException>(() => ContainerTests.Read(file)).Message.ShouldContain("version 2; this Pare reads version 1");
        Should.Throw<ModelException>(() => ContainerTests.Read("not a model at all"u8.ToArray())).Message.ShouldContain("PARE");
    }

    [Fact]
    public void Read_EndlesslyNestedEncodings_AreRefused()
    {
        StructureWriter s = UntilTrees("scaled");
        for (int i = 0; i < 100_000; i++)
        {
            s.Count(0); // scaled
            s.FixedShape(Shape.Of(1), null);
            s.Signed(Scaled.WholeWeight);
        }
        Refused<ModelException>(File(s.ToArray(), [])).Message.ShouldContain("16 deep");
    }

    [Fact]
    public void Read_ManySymbolsOfNoBits_AreRefused()
    {
        StructureWriter s = UntilTrees("codebook", "dense");
        s.Count(0); // codebook
        s.FixedShape(Shape.Of(40_000, 50_000), null);
        s.Signed(1);
        s.Count(1); // its table, dense
        s.FixedShape(Shape.Of(2), null);
        s.Byte(0);
        s.Count(1); // Huffman
        s.Number(0);
        s.Count(1);
        byte[] data = [.. new byte[8], 0x80]; // two floats; a table of one symbol
        Refused<ModelException>(File(s.ToArray(), data)).Message.ShouldContain("2000000000 symbols in 1 bytes");
    }

    [Fact]
    public void Read_HugeDenseShape_IsRefusedWithoutMemory()
    {
        StructureWriter s = UntilTrees("dense");
        s.Count(0);
        s.FixedShape(Shape.Of(30_000, 60_000), null);
        s.Byte(0);
        Refused<ModelException>(File(s.ToArray(), new byte[1000])).Message.ShouldContain("cut off");
    }

    [Fact]
    public void Read_HugeShape_IsRefused()
    {
        var s = new StructureWriter();
        s.Count(9); // 8 axes
        for (int i = 0; i < 8; i++) s.Count(int.MaxValue);
        Should.Throw<ModelException>(() => new StructureReader(s.ToArray()).FixedShape(null, int.MaxValue)).Message.ShouldContain("more than");
    }

    /// <summary>A structure up to where the tree of its one weight begins.</summary>
    private static StructureWriter UntilTrees(params string[] kinds)
    {
        var s = new StructureWriter();
        s.Count(AttributeList.Forms);
        s.Text("");
        s.Count(17);
        s.Count(0); // properties
        s.Count(kinds.Length);
        foreach (string kind in kinds) s.Text(kind);
        s.Count(0); // inputs
        s.Count(1); // weights
        s.Text("w", reserved: 1);
        s.Count(0); // constants
        s.Count(0); // nodes
        s.Count(1); // outputs
        s.Count(1 + (int)ValueGroup.Weight);
        return s;
    }

    private static (byte[] Structure, byte[] Data) Parts(Model model, EntropyCoding coding)
    {
        var options = new ContainerOptions { EntropyCoding = coding };
        PartSizes sizes = ContainerWriter.Measure(model, options);
        byte[] file = ContainerTests.Write(model, options);
        byte[] structure = new GraphWriter(
            ContainerNames.Keep(model, options.Names), coding == EntropyCoding.None ? CodecCatalog.None : CodecCatalog.Default).Write();
        byte[] data = file[(int)(sizes.StructureBytes - 4)..^4];
        ContainerTests.Read(File(structure, data)).Nodes.Length.ShouldBe(model.Nodes.Length);
        return (structure, data);
    }

    /// <summary>A file with good checksums.</summary>
    private static byte[] File(byte[] structure, byte[] data)
    {
        var header = new List<byte>("PARE"u8.ToArray()) { 1 };
        Number(header, (ulong)structure.Length);
        Number(header, 0);
        header.AddRange(structure);
        return [.. header, .. Checksum([.. header]), .. data, .. Checksum(data)];
    }

    private static byte[] Checksum(byte[] bytes)
    {
        var checksum = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(checksum, Crc32C.Append(0, bytes));
        return checksum;
    }

    private static void Number(List<byte> to, ulong value)
    {
        for (; value >= 128; value >>= 7) to.Add((byte)(value | 128));
        to.Add((byte)value);
    }

    private static byte[] Mutated(byte[] bytes, Rng rng)
    {
        List<byte> changed = [.. bytes];
        for (int k = rng.NextInt32(3); k >= 0; k--)
        {
            int at = rng.NextInt32(changed.Count);
            switch (rng.NextInt32(5))
            {
                case 0: changed[at] ^= (byte)(1 << rng.NextInt32(8)); break;
                case 1: changed[at] = (byte)rng.NextInt32(256); break;
                case 2: changed.Insert(at, (byte)rng.NextInt32(256)); break;
                case 3: changed.RemoveAt(at); break;
                default: changed.InsertRange(at, [255, 255, 255, 255, 7]); break;
            }
        }
        return [.. changed];
    }

    /// <summary>True where the file gives a model, false where it is refused in the way that it must be.</summary>
    private static bool Outcome(byte[] file)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.StartNew();
        try
        {
            ContainerTests.Read(file);
            return true;
        }
        catch (Exception e) when (e is ModelException or UnsupportedException)
        {
            return false;
        }
        finally
        {
            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(SmallFileBytes);
            watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
        }
    }

    private static T Refused<T>(byte[] file) where T : Exception
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        T e = Should.Throw<T>(() => ContainerTests.Read(file));
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(SmallFileBytes);
        return e;
    }
}
