using System.Buffers.Binary;
using Pare.Formats.Container.Codecs;

namespace Pare.Formats.Container;

/// <summary>Writes models as <c>.pare</c> files; <c>docs/container.md</c> describes every byte.</summary>
public static class ContainerWriter
{
    /// <summary>The first bytes of a file: "PARE".</summary>
    internal static ReadOnlySpan<byte> Magic => "PARE"u8;

    /// <summary>The version of the format.</summary>
    internal const int Version = 1;

    /// <summary>Writes a model. The bytes follow from model and options alone, not from processor, threads or time.</summary>
    /// <param name="model">The model.</param>
    /// <param name="stream">Where to; only written, never sought.</param>
    /// <param name="options">What is kept, and how; null for the defaults.</param>
    /// <param name="cancel">Stops between blocks of 1 MiB.</param>
    /// <returns>Where the bytes went.</returns>
    /// <exception cref="UnsupportedException">A tree of encodings is too deep.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the stream holds the beginning of a file.</exception>
    public static PartSizes Write(Model model, Stream stream, ContainerOptions? options = null, CancellationToken cancel = default)
    {
        (GraphWriter graph, long structure) = WriteStructure(model, stream, options ?? ContainerOptions.Default, cancel);
        var data = new PayloadOutput(stream, cancel);
        var emitter = new PartEmitter(graph.Planner, data);
        foreach (object source in graph.Sources)
        {
            if (source is WeightEncoding weight) emitter.Weight(weight);
            else emitter.Bytes(((Tensor)source).Bytes);
        }
        long parts = data.Bytes;
        WriteChecksum(data);
        return new PartSizes(structure + parts, structure, [.. graph.Planner.Sizes]);
    }

    /// <summary>Where the bytes of a model's file would be. Weights are planned, not written: without entropy coding that takes no time.</summary>
    public static PartSizes Measure(Model model, ContainerOptions? options = null)
    {
        (GraphWriter graph, long structure) = WriteStructure(model, Stream.Null, options ?? ContainerOptions.Default, CancellationToken.None);
        return new PartSizes(structure + graph.Planner.Sizes.Sum(p => p.Bytes), structure, [.. graph.Planner.Sizes]);
    }

    // Everything before the data section; the bytes count the checksum after it too.
    private static (GraphWriter Graph, long Bytes) WriteStructure(Model model, Stream stream, ContainerOptions options, CancellationToken cancel)
    {
        Model kept = ContainerNames.Keep(model, options.Names);
        var graph = new GraphWriter(kept, options.EntropyCoding == EntropyCoding.None ? CodecCatalog.None : CodecCatalog.Default);
        byte[] plain = graph.Write();
        byte[]? packed = StructureCoder.Pack(plain);
        var output = new PayloadOutput(stream, cancel);
        output.Write(Magic);
        WriteNumber(output, Version);
        WriteNumber(output, (uint)plain.Length);
        WriteNumber(output, (uint)(packed?.Length ?? 0));
        output.Write(packed ?? plain);
        WriteChecksum(output);
        return (graph, output.Bytes + sizeof(uint));
    }

    private static void WriteNumber(PayloadOutput output, uint value)
    {
        Span<byte> bytes = stackalloc byte[5];
        int count = 0;
        for (; value >= 128; value >>= 7) bytes[count++] = (byte)(value | 128);
        bytes[count++] = (byte)value;
        output.Write(bytes[..count]);
    }

    private static void WriteChecksum(PayloadOutput output)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, output.Checksum);
        output.Write(bytes);
    }
}
