using Google.Protobuf;
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
        var to = new MemoryStream();
        OnnxWriter.Write(model, to, new OnnxWriteOptions { InlineLimitBytes = 0 }, Echo.Catalog, () => (File.Create(_folder["m.data"]), "m.data"));
        ModelProto file = to.ToArray().Proto();
        file.Graph.Initializer.Select(t => (t.Name, t.DataLocation)).ShouldBe([("large", 1), ("larger", 1), ("small", 0)]);
        file.Graph.Initializer[1].ExternalData.Select(e => e.Value).ShouldBe(["m.data", "4096", "4004"]);
        OnnxFiles.Read(to.ToArray(), Echo.Catalog, _folder.Path).ShouldEqual(model);
    }

    [Fact]
    public void Write_OverTheLimitWithoutASecondFile_IsRefused()
    {
        Model model = Proto.Line().Initializer(Proto.Floats("w", 1, 2)).Read();
        Should.Throw<UnsupportedException>(() => OnnxWriter.Write(model, new MemoryStream(), new OnnxWriteOptions { InlineLimitBytes = 7 }, Echo.Catalog, null))
            .Message.ShouldContain("8 bytes of initializers");
    }

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

    private string Refused(TensorProto tensor) => Should.Throw<ModelException>(() => With(tensor).Read(_folder.Path)).Message;
}
