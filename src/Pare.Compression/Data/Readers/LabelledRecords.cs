using System.Collections.Immutable;

namespace Pare.Compression.Data.Readers;

/// <summary>Reads records of one label byte and one picture, the binary format of CIFAR-10 (3,073-byte records).</summary>
internal static class LabelledRecords
{
    internal static readonly ImmutableArray<int> CifarShape = [3, 32, 32];

    /// <summary>Reads CIFAR-10 files, one after another, into one set.</summary>
    internal static DataSet ReadCifar(string name, IReadOnlyList<string> paths) =>
        Parse(name, CifarShape, 10, [.. paths.Select(path => (path, DataBytes.Read(path)))]);

    // each file: N records of [label, C*H*W bytes] -> samples [N, C, H, W] and labels [N]
    internal static DataSet Parse(string name, ImmutableArray<int> shape, int classes, IReadOnlyList<(string File, byte[] Content)> files)
    {
        int length = shape[0] * shape[1] * shape[2], record = length + 1;
        long total = 0;
        foreach ((string file, byte[] content) in files)
        {
            if (content.Length == 0 || content.Length % record != 0)
                throw new DataException(
                    $"File '{file}' has {content.Length} bytes; expected whole records of {record} bytes (a label and {length} of the "
                    + "picture).");
            total += content.Length / record;
        }

        if (total * length > Array.MaxLength)
            throw new DataException(
                $"Data '{name}': {total} pictures of {length} bytes do not fit in memory; at most {Array.MaxLength} bytes.");
        var samples = new byte[total * length];
        var labels = new int[total];
        int n = 0;
        foreach ((string file, byte[] content) in files)
        {
            for (int at = 0; at < content.Length; at += record, n++)
            {
                if (content[at] >= classes)
                    throw new DataException($"File '{file}': record {at / record} has label {content[at]}; expected 0 to {classes - 1}.");
                labels[n] = content[at];
                content.AsSpan(at + 1, length).CopyTo(samples.AsSpan(n * length));
            }
        }

        return DataSet.FromBytes(name, shape, classes, samples, labels);
    }
}
