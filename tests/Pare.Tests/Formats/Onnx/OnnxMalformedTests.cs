using Google.Protobuf;
using Pare.Formats.Onnx.Wire;

namespace Pare.Tests.Formats.Onnx;

public class OnnxMalformedTests
{
    [Fact]
    public void Read_Cycle_IsNamed() =>
        Refused(Proto.Model().Input("x", 1, 3L).Node("Echo", ["b"], ["a"], "one").Node("Echo", ["a"], ["b"], "two").Output("b")).ShouldContain("cycle: 'one' (Echo), 'two' (Echo)");

    [Fact]
    public void Read_DuplicateValue_IsNamed()
    {
        Refused(Proto.Line().Node("Echo", ["x"], ["y"])).ShouldContain("'y' has two makers");
        Refused(Proto.Line().Initializer(Proto.Floats("w", 1)).Initializer(Proto.Floats("w", 1))).ShouldContain("have the name 'w'");
        Refused(Proto.Line().Output("y")).ShouldContain("'y' is listed twice");
        Refused(Proto.Line().Input("x", 1)).ShouldContain("'x'");
        Refused(Proto.Line().Initializer(Proto.Floats("y", 1))).ShouldContain("'y' has two makers");
        Refused(Proto.Line().Node("Echo", ["x"], ["z"], attributes: [Proto.Int("a", 1), Proto.Int("a", 1)])).ShouldContain("'a' is given twice");
    }

    [Fact]
    public void Read_UndefinedValue_IsNamed()
    {
        Refused(Proto.Line().Node("Echo", ["lost"], ["z"], "n")).ShouldContain("Node 'n' (Echo) reads 'lost'");
        Refused(Proto.Line().Output("nothing")).ShouldContain("'nothing' is made by no node");
        Refused(Proto.Model().Input("x", 1, 3L).Node("Echo", ["x"], ["y"])).ShouldContain("no outputs");
        Refused(Proto.Line().Node("Echo", [], ["z"], "n")).ShouldContain("'n'");
    }

    [Fact]
    public void Read_NoModel_IsRefused()
    {
        Should.Throw<ModelException>(() => OnnxFiles.Read([], Echo.Catalog)).Message.ShouldContain("no graph");
        Should.Throw<ModelException>(() => OnnxFiles.Read("Not a model at all, but a text."u8.ToArray(), Echo.Catalog));
    }

    [Theory]
    [InlineData(new long[] { 3 }, "need 12")]
    [InlineData(new long[] { 1 }, "need 4")]
    [InlineData(new long[] { -2 }, "length -2")]
    [InlineData(new long[] { long.MinValue }, "length")]
    [InlineData(new long[] { int.MaxValue, int.MaxValue, int.MaxValue }, "more than")]
    [InlineData(new long[] { 1L << 32, 1L << 32 }, "length")]
    [InlineData(new long[] { 65536, 65536 }, "more than")]
    [InlineData(new long[] { 2, 0 }, "need 0")]
    public void Read_DimsThatDoNotFitTheData_AreRefusedWithoutAllocating(long[] dims, string expected)
    {
        TensorProto raw = Proto.Tensor("w", 1, dims), typed = Proto.Tensor("w", 1, dims);
        raw.RawData = ByteString.CopyFrom(new byte[8]);
        typed.FloatData.AddRange([1, 2]);
        byte[] file = Proto.Line().Initializer(raw).ToByteArray();
        Allocated(() => Should.Throw<ModelException>(() => OnnxFiles.Read(file, Echo.Catalog)).Message.ShouldContain(expected)).ShouldBeLessThan(1 << 20);
        Allocated(() => Refused(Proto.Line().Initializer(typed))).ShouldBeLessThan(1 << 20);
    }

    [Fact]
    public void Read_TensorFaults_AreNamed()
    {
        TensorProto twice = Proto.Floats("w", 1), narrow = Proto.Tensor("w", 2, 1), truth = Proto.Tensor("w", 9, 1);
        twice.RawData = ByteString.CopyFrom(new byte[4]);
        narrow.Int32Data.Add(256);
        truth.RawData = ByteString.CopyFrom([2]);
        Refused(Proto.Line().Initializer(twice)).ShouldContain("more than one way");
        Refused(Proto.Line().Initializer(narrow)).ShouldContain("256 at 0 does not fit");
        Refused(Proto.Line().Initializer(truth)).ShouldContain("other than 0 and 1");
        Refused(Proto.Line().Initializer(Proto.Floats("", 1))).ShouldContain("no name");
        Refused(Proto.Line().Node("Constant", [], ["c"])).ShouldContain("0 attributes");
    }

    [Fact]
    public void Read_NegativeInputLength_IsRefused() => Refused(Proto.Line().Input("z", 1, -1L)).ShouldContain("length -1 on axis 0");

    [Fact]
    public void Read_OversizedLength_IsRefusedWithoutAllocating()
    {
        // field 7 (graph) of 2 GB, then field 5 of it (initializer), field 9 of that (raw_data), of which a few bytes are there
        byte[] bytes = [0x08, 8, 0x3A, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0x2A, 0xF0, 0xFF, 0xFF, 0xFF, 0x07, 0x4A, 0xE0, 0xFF, 0xFF, 0xFF, 0x07, 1, 2, 3];
        Allocated(() => Should.Throw<ModelException>(() => OnnxFiles.Read(bytes, Echo.Catalog))).ShouldBeLessThan(1 << 20);
    }

    [Fact]
    public void Read_DeepNesting_IsRefused()
    {
        byte[] bytes = [];
        for (int i = 0; i < 2000; i++) bytes = [0x3A, .. Varint(bytes.Length), .. bytes];
        Should.Throw<ModelException>(() => OnnxFiles.Read(bytes, Echo.Catalog));
    }

    private static byte[] Varint(int value)
    {
        var bytes = new List<byte>();
        for (; value >= 128; value >>= 7) bytes.Add((byte)(value | 128));
        bytes.Add((byte)value);
        return [.. bytes];
    }

    internal static long Allocated(Action action)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static string Refused(ModelProto file) => Should.Throw<ModelException>(() => file.Read()).Message;
}
