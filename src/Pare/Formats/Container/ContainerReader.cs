using Pare.Encodings;
using Pare.Operators;

namespace Pare.Formats.Container;

/// <summary>Reads <c>.pare</c> files. Every length is held against the bytes that are there before memory is taken for it.</summary>
public static class ContainerReader
{
    /// <summary>Reads a model.</summary>
    /// <param name="stream">A whole file from here to its end; it is read once from front to back.</param>
    /// <param name="operators">The operators known; null for <see cref="OperatorCatalog.Default"/>.</param>
    /// <param name="encodings">The encodings known; null for <see cref="EncodingCatalog.Default"/>.</param>
    /// <param name="cancel">Stops between parts.</param>
    /// <exception cref="ModelException">The file is no <c>.pare</c> file, cut off or damaged.</exception>
    /// <exception cref="UnsupportedException">It is of another version, or needs operators or encodings that are not known; all of them are named.</exception>
    public static Model Read(
        Stream stream, Catalog<OperatorSpec>? operators = null, Catalog<EncodingSpec>? encodings = null, CancellationToken cancel = default) =>
        ReadAll(stream, operators, encodings, cancel).Model;

    /// <summary>Reads where the bytes of a file are.</summary>
    /// <inheritdoc cref="Read"/>
    public static PartSizes Measure(Stream stream, Catalog<OperatorSpec>? operators = null, Catalog<EncodingSpec>? encodings = null) =>
        ReadAll(stream, operators, encodings, CancellationToken.None).Sizes;

    private static (Model Model, PartSizes Sizes) ReadAll(
        Stream stream, Catalog<OperatorSpec>? operators, Catalog<EncodingSpec>? encodings, CancellationToken cancel)
    {
        var input = new PayloadInput(stream, cancel);
        try
        {
            var structure = new StructureReader(ReadStructure(input));
            long structureBytes = input.Bytes;
            input.StartChecksum();
            var graph = new GraphReader(structure, input, operators ?? OperatorCatalog.Default, encodings ?? EncodingCatalog.Default);
            Model model = graph.Read();
            long parts = input.Bytes - structureBytes;
            input.ReadChecksum("data section");
            input.RequireEnd();
            structureBytes += sizeof(uint);
            return (model, new PartSizes(structureBytes + parts, structureBytes, [.. graph.Sizes]));
        }
        catch (Exception e) when (e is ArgumentException or ArithmeticException or InvalidOperationException or IndexOutOfRangeException or InvalidCastException
            or KeyNotFoundException or FormatException)
        {
            throw new ModelException($"The .pare file is damaged, or its parts do not fit together: {e.Message}", e);
        }
    }

    private static byte[] ReadStructure(PayloadInput input)
    {
        Span<byte> magic = stackalloc byte[4];
        input.Read(magic);
        if (!magic.SequenceEqual(ContainerWriter.Magic)) throw new ModelException("The file is no .pare file: it does not begin with \"PARE\".");
        long version = input.ReadNumber(int.MaxValue);
        if (version != ContainerWriter.Version)
            throw new UnsupportedException($"The .pare file has version {version}; this Pare reads version {ContainerWriter.Version}. A newer Pare may read it.");
        long length = input.ReadNumber(int.MaxValue), packedLength = input.ReadNumber(length);
        byte[] stored = input.ReadBlock(packedLength > 0 ? packedLength : length);
        input.ReadChecksum("structure section");
        if (packedLength == 0) return stored[..(int)length];
        if (length > StructureCoder.Limit(packedLength))
            throw new ModelException($"The .pare file is damaged: a structure section of {packedLength} bytes would become {length}.");
        return StructureCoder.Unpack(stored.AsSpan(0, (int)packedLength), (int)length);
    }
}
