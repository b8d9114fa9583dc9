using Google.Protobuf;
using Pare.Formats.Onnx;
using Pare.Formats.Onnx.Wire;

namespace Pare.Tests.Formats.Onnx;

public class ModelParserTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData((1 << 14) - 4)]
    [InlineData(1 << 14)]
    [InlineData(100_000)]
    public void Parse_AnySizeOfInitializer_EqualsTheParserOfProtobuf(int bytes)
    {
        byte[] file = Model(bytes).ToByteArray();
        ModelParser.Parse(new MemoryStream(file)).ShouldBe(ModelProto.Parser.ParseFrom(file));
        // From the stream's position on, and where the stream cannot be rewound.
        using var later = new MemoryStream([1, 2, 3, .. file]);
        later.Position = 3;
        ModelParser.Parse(later).ShouldBe(ModelProto.Parser.ParseFrom(file));
        ModelParser.Parse(new OneWay(file)).ShouldBe(ModelProto.Parser.ParseFrom(file));
    }

    [Fact]
    public void Parse_LargeInitializer_HasAnArrayOfItsOwn()
    {
        ModelProto model = ModelParser.Parse(new MemoryStream(Model(100_000).ToByteArray()));
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(model.Graph.Initializer[0].RawData.Memory, out ArraySegment<byte> own).ShouldBeTrue();
        (own.Offset, own.Count, own.Array!.Length).ShouldBe((0, 100_000, 100_000));
    }

    [Fact]
    public void Parse_FieldsThatStandTwice_AreJoinedAsProtobufSays()
    {
        byte[] a = Model(50_000).ToByteArray(), b = Model(60_000).ToByteArray();
        byte[] both = [.. a, .. b]; // two graphs, which are one
        ModelProto expected = ModelProto.Parser.ParseFrom(both);
        expected.Graph.Initializer.Count.ShouldBe(6);
        ModelParser.Parse(new MemoryStream(both)).ShouldBe(expected);
        byte[] twice = Tensor([.. Raw(30_000, 1), .. Raw(40_000, 2)]), thenSmall = Tensor([.. Raw(30_000, 1), .. Raw(10, 2)]);
        ModelParser.Parse(new MemoryStream(twice)).ShouldBe(ModelProto.Parser.ParseFrom(twice));
        ModelParser.Parse(new MemoryStream(thenSmall)).ShouldBe(ModelProto.Parser.ParseFrom(thenSmall));
    }

    [Fact]
    public void Parse_ADamagedFile_FailsOrReadsAsProtobufDoes()
    {
        byte[] file = Model(20_000).ToByteArray();
        var rng = new Rng(3);
        for (int round = 0; round < 2000; round++)
        {
            byte[] damaged = [.. file];
            // The bytes of the large tensor are most of the file, and damage there is none.
            for (int i = 0; i < 3; i++) damaged[(int)(rng.NextSingle() * 200)] = (byte)(rng.NextSingle() * 256);
            if (round % 4 == 0) Array.Resize(ref damaged, (int)(rng.NextSingle() * damaged.Length));
            Outcome(() => ModelParser.Parse(new MemoryStream(damaged))).ShouldBe(Outcome(() => Protobuf(damaged)));
        }

        static ModelProto Protobuf(byte[] bytes) => ModelProto.Parser.WithDiscardUnknownFields(true).ParseFrom(new MemoryStream(bytes));
    }

    private static string Outcome(Func<ModelProto> parse)
    {
        try
        {
            return Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(parse().ToByteArray()));
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or ArgumentException or OverflowException or InvalidOperationException or IndexOutOfRangeException)
        {
            return "damaged";
        }
    }

    private static ModelProto Model(int bytes)
    {
        var data = new byte[Math.Max(bytes, 8)];
        for (int i = 0; i < bytes; i++) data[i] = (byte)(i * 7);
        ModelProto model = Proto.Line();
        foreach (int part in new[] { bytes, 8, bytes / 2 })
        {
            TensorProto tensor = Proto.Tensor($"w{model.Graph.Initializer.Count}", 2, part);
            tensor.RawData = ByteString.CopyFrom(data, 0, part);
            model.Initializer(tensor);
        }
        return model;
    }

    // A model of one tensor with these fields.
    private static byte[] Tensor(byte[] fields) => Field(ModelProto.GraphFieldNumber, Field(GraphProto.InitializerFieldNumber, fields));

    private static byte[] Raw(int count, byte value)
    {
        var bytes = new byte[count];
        Array.Fill(bytes, value);
        return Field(TensorProto.RawDataFieldNumber, bytes);
    }

    private static byte[] Field(int number, byte[] content)
    {
        using var to = new MemoryStream();
        using (var coded = new CodedOutputStream(to, leaveOpen: true))
        {
            coded.WriteTag(number, WireFormat.WireType.LengthDelimited);
            coded.WriteBytes(ByteString.CopyFrom(content));
        }
        return to.ToArray();
    }

    private sealed class OneWay(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
