using Google.Protobuf;
using Pare.Formats;
using Pare.Formats.Onnx;
using Pare.Formats.Onnx.Wire;

namespace Pare.Tests.Formats.Onnx;

public sealed class OnnxExternalDataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_OffsetAndLength_AreFollowed()
    {
        File.WriteAllBytes(_folder["w.bin"], [9, 9, .. BitConverter.GetBytes(1.5f), .. BitConverter.GetBytes(-2f)]);
        With(External("w.bin", "2", "8")).Read(_folder.Path).Weights["w"].ToArray().ShouldBe([1.5f, -2]);
    }

    [Fact]
    public void Read_FileInASubfolder_IsFound()
    {
        Directory.CreateDirectory(_folder["deep"]);
        File.WriteAllBytes(_folder["deep/w.bin"], new byte[8]);
        With(External("deep/w.bin")).Read(_folder.Path).Weights["w"].ToArray().ShouldBe([0, 0]);
        With(External("./deep/w.bin")).Read(_folder.Path).Weights["w"].ToArray().ShouldBe([0, 0]);
    }

    [Fact]
    public void Read_MissingFile_NamesTensorFileAndFolder()
    {
        string message = Refused(External("lost.bin"));
        message.ShouldContain("'w'");
        message.ShouldContain("lost.bin");
        message.ShouldContain(_folder.Path);
    }

    [Theory]
    [InlineData("/etc/hostname")]
    [InlineData("../w.bin")]
    [InlineData("a/../../w.bin")]
    [InlineData("..\\w.bin")]
    [InlineData("C:\\w.bin")]
    [InlineData("\\\\server\\w.bin")]
    [InlineData("w\0.bin")]
    [InlineData("")]
    public void Read_PathThatLeavesTheFolder_IsRefused(string location)
    {
        File.WriteAllBytes(System.IO.Path.Combine(_folder.Path, "..", "w.bin"), new byte[8]);
        Refused(External(location)).ShouldContain("must be a relative path inside the model's folder");
    }

    [Fact]
    public void Read_LinkThatLeavesTheFolder_IsRefused()
    {
        using var other = new TemporaryFolder();
        File.WriteAllBytes(other["w.bin"], new byte[8]);
        File.CreateSymbolicLink(_folder["w.bin"], other["w.bin"]);
        Directory.CreateSymbolicLink(_folder["door"], other.Path);
        Refused(External("w.bin")).ShouldContain("leads out of the model's folder");
        Refused(External("door/w.bin")).ShouldContain("leads out of the model's folder");
    }

    [Theory]
    [InlineData("0", "4", "its type and dims need 8")]
    [InlineData("1", "8", "the file has 8")]
    [InlineData("9223372036854775807", "8", "the file has 8")]
    [InlineData("-1", "8", "not a number of bytes")]
    [InlineData("0", "many", "not a number of bytes")]
    [InlineData("99999999999999999999", "8", "not a number of bytes")]
    public void Read_RangeThatDoesNotFit_IsRefused(string offset, string length, string expected)
    {
        File.WriteAllBytes(_folder["w.bin"], new byte[8]);
        Refused(External("w.bin", offset, length)).ShouldContain(expected);
    }

    [Fact]
    public void Read_DimsBeyondTheFile_AllocateNothing()
    {
        File.WriteAllBytes(_folder["w.bin"], new byte[8]);
        TensorProto tensor = External("w.bin");
        tensor.Dims[0] = 500_000_000;
        byte[] file = With(tensor).ToByteArray();
        OnnxMalformedTests.Allocated(() => Should.Throw<ModelException>(() => OnnxFiles.Read(file, Echo.Catalog, _folder.Path))).ShouldBeLessThan(1 << 20);
    }

    [Fact]
    public void Read_ManyTensorsOfOneRange_AreRefused()
    {
        File.WriteAllBytes(_folder["w.bin"], new byte[8]);
        TensorProto second = External("w.bin");
        second.Name = "v";
        Should.Throw<ModelException>(() => With(External("w.bin")).Initializer(second).Read(_folder.Path)).Message.ShouldContain("overlap");
    }

    [Fact]
    public void Read_FromAStream_SaysThatAFolderIsNeeded() => Should.Throw<ModelException>(() => With(External("w.bin")).Read()).Message.ShouldContain("Read it by its path");

    [Fact]
    public void Write_OverTheLimit_GoesToASecondFileAndReadsBack()
    {
        float[] large = [.. Enumerable.Range(0, 1000).Select(i => i * 0.5f)];
        Model model = Proto.Line().Initializer(Proto.Floats("large", large)).Initializer(Proto.Floats("larger", [.. large, 7])).Initializer(Proto.Floats("small", 3)).Read();
        ModelFile.Save(model, _folder["m.onnx"], External0, EchoContext);
        ModelProto file = File.ReadAllBytes(_folder["m.onnx"]).Proto();
        file.Graph.Initializer.Select(t => (t.Name, t.DataLocation)).ShouldBe([("large", 1), ("larger", 1), ("small", 0)]);
        file.Graph.Initializer[1].ExternalData.Skip(1).Select(e => e.Value).ShouldBe(["4096", "4004"]);
        string data = file.Graph.Initializer[1].ExternalData[0].Value;
        Names().ShouldBe(["m.onnx", data]);
        data.ShouldStartWith("m.onnx.");
        ModelFile.Load(_folder["m.onnx"], EchoContext).ShouldEqual(model);
    }

    [Fact]
    public void Save_OverAnOlderModel_LeavesItsDataUntilItIsReplaced()
    {
        float[] values = [.. Enumerable.Range(0, 1000).Select(i => i * 0.5f)];
        Model old = Proto.Line().Initializer(Proto.Floats("w", values)).Read();
        ModelFile.Save(old, _folder["m.onnx"], External0, EchoContext);
        string[] before = Names();
        using var cancel = new CancellationTokenSource();
        Model stopped = old.WithWeights([new("w", new Stopping(old.Weights["w"], cancel))]);
        Should.Throw<OperationCanceledException>(() => ModelFile.Save(stopped, _folder["m.onnx"], External0, EchoContext with { Cancel = cancel.Token }));
        Names().ShouldBe(before);
        ModelFile.Load(_folder["m.onnx"], EchoContext).ShouldEqual(old);
    }

    [Fact]
    public void Write_OverTheLimitWithoutASecondFile_IsRefused()
    {
        Model model = Proto.Line().Initializer(Proto.Floats("w", 1, 2)).Read();
        Should.Throw<UnsupportedException>(() => OnnxWriter.Write(model, new MemoryStream(), new OnnxWriteOptions { InlineLimitBytes = 7 }, Echo.Catalog, null))
            .Message.ShouldContain("8 bytes of initializers");
    }

    private static OnnxFormat External0 { get; } = new(new OnnxWriteOptions { InlineLimitBytes = 0 });

    private static ModelFileContext EchoContext { get; } = new() { Operators = Echo.Catalog };

    private string[] Names() => [.. Directory.GetFiles(_folder.Path).Select(f => System.IO.Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    private static TensorProto External(string location, string? offset = null, string? length = null)
    {
        TensorProto tensor = Proto.Tensor("w", 1, 2);
        tensor.DataLocation = 1;
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = location });
        if (offset is not null) tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = offset });
        if (length is not null) tensor.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = length });
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "checksum", Value = "0" });
        return tensor;
    }

    private static ModelProto With(TensorProto tensor) => Proto.Line().Initializer(tensor);

    /// <summary>Cancels in the middle of writing.</summary>
    private sealed class Stopping(WeightEncoding inner, CancellationTokenSource cancel) : WeightEncoding(inner.Shape)
    {
        public override string Kind => "stopping";

        public override void Decode(long start, Span<float> destination)
        {
            inner.Decode(start, destination);
            cancel.Cancel();
        }

        public override void PullBack(ReadOnlySpan<float> gradient, LeafGradients into) => throw new NotSupportedException();

        public override WeightEncoding MapLeaves(LeafMap map, LeafScope where) => throw new NotSupportedException();

        public override WeightEncoding Select(int axis, ReadOnlySpan<int> keep) => throw new NotSupportedException();

        public override void Write(PartWriter parts) => throw new NotSupportedException();
    }

    private string Refused(TensorProto tensor) => Should.Throw<ModelException>(() => With(tensor).Read(_folder.Path)).Message;
}
