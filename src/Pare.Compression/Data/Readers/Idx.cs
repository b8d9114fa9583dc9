using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Pare.Compression.Data.Readers;

/// <summary>Reads IDX files of unsigned bytes, the format of MNIST.</summary>
/// <remarks>Two zero bytes, a type (8 = unsigned byte), the rank, then each dimension as a big-endian 32-bit number, then the numbers in C
/// order.</remarks>
internal static class Idx
{
    private const byte UnsignedByte = 8;

    internal static bool IsIdx(ReadOnlySpan<byte> head) => head.Length >= 4 && head[0] == 0 && head[1] == 0 && head[2] is >= 8 and <= 14 && head[3] is >= 1 and <= 4;

    internal static (ImmutableArray<int> Shape, ReadOnlyMemory<byte> Values) Read(string path) => Parse(path, DataBytes.Read(path, Announced));

    internal static (ImmutableArray<int> Shape, ReadOnlyMemory<byte> Values) Parse(string file, byte[] content)
    {
        if (!IsIdx(content))
            throw new DataException(
                $"File '{file}' is not an IDX file: it begins with {Hex(content)}, expected 00 00, a type (08 to 0E) and a rank of 1 "
                + "to 4.");
        if (content[2] != UnsignedByte)
            throw new DataException($"File '{file}': IDX type 0x{content[2]:X2} cannot be read; expected 0x08, unsigned bytes.");
        int rank = content[3], header = 4 + 4 * rank;
        if (content.Length < header)
            throw new DataException(
                $"File '{file}' ends within its header: {content.Length} bytes, an IDX header of rank {rank} has {header}.");
        long expected = Announced(content) ?? long.MaxValue;
        var dims = new int[rank];
        for (int i = 0; i < rank; i++)
            dims[i] = BinaryPrimitives.ReadInt32BigEndian(content.AsSpan(4 + 4 * i));
        if (dims.Any(dim => dim < 1) || content.Length != expected)
        {
            string announced = expected == long.MaxValue ? "an impossible length" : $"{expected} bytes";
            throw new DataException($"File '{file}': the IDX header says [{string.Join(", ", dims)}], {announced} with the header, but the file has {content.Length}.");
        }

        return ([.. dims], content.AsMemory(header));
    }

    /// <summary>Makes a set of a file of samples and one of labels.</summary>
    internal static DataSet Pair(
        string name, (ImmutableArray<int> Shape, ReadOnlyMemory<byte> Values) samples, (ImmutableArray<int> Shape, ReadOnlyMemory<byte> Values)? labels, int? classes = null)
    {
        ImmutableArray<int> shape = samples.Shape.Length switch
        {
            2 => [samples.Shape[1]],
            3 => [1, samples.Shape[1], samples.Shape[2]],
            4 => [samples.Shape[1], samples.Shape[2], samples.Shape[3]],
            _ => throw new DataException($"Data '{name}': the samples' IDX file has shape [{string.Join(", ", samples.Shape)}]; expected rank 2, 3 or 4."),
        };
        if (labels is null)
            return DataSet.FromBytes(name, shape, 0, samples.Values, null);
        if (labels.Value.Shape.Length != 1)
            throw new DataException($"Data '{name}': the labels' IDX file has shape [{string.Join(", ", labels.Value.Shape)}]; expected [N].");
        int[] numbers = [.. labels.Value.Values.ToArray().Select(b => (int)b)];
        return DataSet.FromBytes(name, shape, classes ?? numbers.Max() + 1, samples.Values, numbers);
    }

    private static long? Announced(ReadOnlySpan<byte> head)
    {
        if (!IsIdx(head) || head.Length < 4 + 4 * head[3])
            return null;
        long length = 1;
        for (int i = 0; i < head[3]; i++)
        {
            int dim = BinaryPrimitives.ReadInt32BigEndian(head[(4 + 4 * i)..]);
            if (dim < 1 || length > int.MaxValue / (long)dim)
                return null;
            length *= dim;
        }

        return length + 4 + 4 * head[3];
    }

    private static string Hex(byte[] content) => content.Length == 0 ? "nothing" : Convert.ToHexString(content.AsSpan(0, Math.Min(4, content.Length)));
}
