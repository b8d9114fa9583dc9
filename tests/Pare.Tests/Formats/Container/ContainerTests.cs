using Pare.Encodings;
using Pare.Formats;
using Pare.Formats.Container;
using Pare.Tests.Encodings;

namespace Pare.Tests.Formats.Container;

public class ContainerTests
{
    [Theory]
    [InlineData(KeptNames.All, EntropyCoding.Huffman)]
    [InlineData(KeptNames.All, EntropyCoding.None)]
    [InlineData(KeptNames.WeightsAndNodes, EntropyCoding.Huffman)]
    [InlineData(KeptNames.None, EntropyCoding.Huffman)]
    public void Read_OfWritten_IsTheModelAsKept(KeptNames names, EntropyCoding coding)
    {
        var options = new ContainerOptions { Names = names, EntropyCoding = coding };
        Model model = TestModels.Everything();
        byte[] file = Write(model, options);
        PartSizes measured = ContainerWriter.Measure(model, options);
        (measured.TotalBytes, measured.StructureBytes + measured.Parts.Sum(p => p.Bytes)).ShouldBe((file.LongLength, file.LongLength));
        Model read = Read(file);
        ModelComparison.FirstDifference(ContainerNames.Keep(model, names), read, CancellationToken.None).ShouldBeNull();
        foreach ((string name, WeightEncoding weight) in ContainerNames.Keep(model, names).Weights)
            read.Weights[name].ToString().ShouldBe(weight.ToString());
        read.Constants.Count.ShouldBe(model.Constants.Count);
        Write(read, options).ShouldBe(file);
        if (names == KeptNames.All) read.Constants.Keys.Order().ShouldBe(model.Constants.Keys.Order());
        if (names != KeptNames.None) read.Weights.Keys.Order().ShouldBe(model.Weights.Keys.Order());
    }

    [Fact]
    public void Write_NotSeekableStreams_GiveTheSame()
    {
        Model model = TestModels.Everything();
        byte[] file = Write(model);
        var memory = new MemoryStream();
        using (var forward = new GuardedStream(memory, CancellationToken.None)) ContainerWriter.Write(model, forward);
        memory.ToArray().ShouldBe(file);
        Model read = ContainerReader.Read(new Unseekable(file), TestModels.Operators);
        Write(read).ShouldBe(file);
    }

    [Fact]
    public void Write_LongDenseThroughUnseekable_ReadsBack()
    {
        Model model = TestModels.Layers((_, leaf) => leaf, 1500, 1000, 3);
        byte[] file = Write(model, new ContainerOptions { EntropyCoding = EntropyCoding.None });
        Model read = ContainerReader.Read(new Unseekable(file), TestModels.Operators);
        ModelComparison.FirstDifference(model, read, CancellationToken.None).ShouldBeNull();
    }

    [Fact]
    public void Write_TwiceInAnyDictionaryOrder_GivesTheSameBytes()
    {
        byte[] file = Write(TestModels.Everything());
        for (int i = 0; i < 3; i++) Write(TestModels.Everything()).ShouldBe(file);
        // A fixed model has a fixed file: a change here is a change of the format, and needs a new version of it.
        Model layers = TestModels.Layers((_, leaf) => TestModels.Pruned(leaf, 0.2, 3), 20, 15, 10);
        byte[] bytes = Write(layers);
        Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(bytes))[..16].ShouldBe("80E47EAAD4FA99B4");
    }

    [Fact]
    public void Write_Sizes_AddUpToTheFile()
    {
        Model model = TestModels.Layers((name, leaf) => name.EndsWith("weight") ? TestModels.Pruned(leaf, 0.1, 4) : leaf, 200, 100, 10);
        using var stream = new MemoryStream();
        PartSizes sizes = ContainerWriter.Write(model, stream);
        sizes.TotalBytes.ShouldBe(stream.Length);
        (sizes.StructureBytes + sizes.Parts.Sum(p => p.Bytes)).ShouldBe(stream.Length);
        sizes.Parts.Select(p => p.Path).ShouldBe(
        [
            "fc1.weight/values/table/values", "fc1.weight/values/indices", "fc1.weight/gaps", "fc1.bias/values",
            "fc2.weight/values/table/values", "fc2.weight/values/indices", "fc2.weight/gaps", "fc2.bias/values",
        ]);
        sizes.BytesOf("fc2.bias").ShouldBe(40);
        stream.Position = 0;
        PartSizes read = ContainerReader.Measure(stream, TestModels.Operators);
        read.Parts.ShouldBe(sizes.Parts);
        (read with { Parts = [] }).ShouldBe(sizes with { Parts = [] });
        ContainerWriter.Measure(model).TotalBytes.ShouldBe(sizes.TotalBytes);
        ContainerWriter.Measure(model, new ContainerOptions { EntropyCoding = EntropyCoding.None }).TotalBytes.ShouldBeGreaterThan(sizes.TotalBytes);
    }

    [Fact]
    public void Write_LeNet300_SpendsFewBytesOnStructure()
    {
        Model model = TestModels.Layers((name, leaf) => name.EndsWith("weight") ? TestModels.Pruned(leaf, 0.08, 5) : leaf, 784, 300, 100, 10);
        PartSizes sizes = ContainerWriter.Measure(model);
        sizes.StructureBytes.ShouldBeLessThan(170);
        // Order-0 entropy of gaps and indices, the biases and tables as they are.
        double entropy = model.Weights.Values.OfType<Sparse>().Sum(s => Entropy(((Codebook)s.Values).Indices) + GapEntropy(s));
        (sizes.TotalBytes - sizes.StructureBytes).ShouldBeLessThan((long)(entropy * 1.03 / 8) + 4 * (410 + 3 * 32));
    }

    [Fact]
    public void Write_ConstantPlanes_CostNothing()
    {
        // Floats of 8 significant bits: the two low planes are all 0.
        Model model = TestModels.Layers(
            (_, leaf) => new Dense(leaf.Shape, leaf.ToArray().Select(v => BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(v) & ~0xFFFF)).ToArray()), 100, 50);
        ContainerWriter.Measure(model).Parts.Single(p => p.Weight == "fc1.weight").Bytes.ShouldBeLessThan(2 * 5000);
    }

    [Fact]
    public void Write_MuchOfOneSymbol_ReadsBack()
    {
        // More free symbols than a file may have: the rest is stored at a bit each.
        const int Side = 2100;
        Model model = TestModels.Layers((_, leaf) => Codebook.Of(leaf.Shape, new ushort[leaf.Length], [1f, 2f]), Side, Side, 3);
        byte[] file = Write(model);
        Read(file).Weights["fc1.weight"].ToArray().ShouldAllBe(v => v == 1f);
        file.Length.ShouldBeInRange(Side * Side / 8 + 1, Side * Side / 8 + 1000);
    }

    [Fact]
    public void Read_UnknownOperatorsAndKinds_NamesThemAll()
    {
        byte[] file = Write(TestModels.Layers((name, leaf) => name.EndsWith("weight") ? TestModels.Pruned(leaf, 0.2, 3) : leaf, 20, 15, 10));
        UnsupportedException e = Should.Throw<UnsupportedException>(() => ContainerReader.Read(
            new MemoryStream(file), new Catalog<OperatorSpec>("operator", TestModels.Probe.Spec), new Catalog<EncodingSpec>("encoding", Dense.Spec)));
        foreach (string part in (string[])["'sparse'", "'codebook'", "Gemm of node 'fc1'", "Gemm of node 'fc2'", "Relu of node 'relu1'", "Known encodings: dense"])
            e.Message.ShouldContain(part);
    }

    [Fact]
    public void Write_TooDeepATree_IsRefused()
    {
        WeightEncoding deep = EncodingExamples.Leaf(3, 3);
        for (int i = 0; i < 20; i++) deep = new Scaled(Scaled.WholeWeight, EncodingExamples.Leaf([1]), deep);
        Should.Throw<UnsupportedException>(() => Write(TestModels.Layers((name, leaf) => name == "fc1.weight" ? deep : leaf, 3, 3)))
            .Message.ShouldContain("16");
    }

    [Fact]
    public void Write_Cancelled_Throws()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Should.Throw<OperationCanceledException>(() => ContainerWriter.Write(TestModels.Everything(), Stream.Null, null, source.Token));
        Should.Throw<OperationCanceledException>(() => ContainerReader.Read(new MemoryStream(Write(TestModels.Everything())), TestModels.Operators, null, source.Token));
    }

    internal static byte[] Write(Model model, ContainerOptions? options = null)
    {
        using var stream = new MemoryStream();
        ContainerWriter.Write(model, stream, options);
        return stream.ToArray();
    }

    internal static Model Read(byte[] file) => ContainerReader.Read(new MemoryStream(file), TestModels.Operators);

    private static double Entropy(Codes codes) => Entropy(Enumerable.Range(0, codes.Count).Select(i => codes[i]));

    private static double GapEntropy(Sparse sparse) =>
        Entropy(sparse.Positions.ToArray().Zip(sparse.Positions.ToArray().Prepend(-1), (p, before) => p - before));

    private static double Entropy(IEnumerable<int> symbols)
    {
        int[] counts = [.. symbols.GroupBy(s => s).Select(g => g.Count())];
        double total = counts.Sum();
        return counts.Sum(c => -c * Math.Log2(c / total));
    }
}

/// <summary>A stream as it comes from a network: a few bytes at a time, of unknown length.</summary>
internal sealed class Unseekable(byte[] bytes) : MemoryStream(bytes)
{
    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 70_000)]);
}
