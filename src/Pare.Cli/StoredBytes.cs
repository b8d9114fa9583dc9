using System.Collections.Immutable;
using Pare.Encodings;
using Pare.Formats.Container;

namespace Pare.Cli;

/// <summary>Where the bytes of a model file are.</summary>
internal sealed class StoredBytes
{
    private readonly ImmutableDictionary<string, long> _weights;

    private StoredBytes(long total, ImmutableDictionary<string, long> weights) => (Total, _weights) = (total, weights);

    /// <summary>The whole file.</summary>
    public long Total { get; }

    /// <summary>Measures a file: as it is coded in .pare; integers with their scales, or plain floats, in .onnx.</summary>
    public static StoredBytes Of(Model model, string path)
    {
        if (Path.GetExtension(path) != ".pare")
            return new StoredBytes(ModelIO.Bytes(path), model.Weights.ToImmutableDictionary(w => w.Key, w => BytesOf(w.Value)));
        using FileStream stream = File.OpenRead(path);
        PartSizes sizes = ContainerReader.Measure(stream);
        return new StoredBytes(sizes.TotalBytes, sizes.Parts.GroupBy(p => p.Weight).ToImmutableDictionary(g => g.Key, g => g.Sum(p => p.Bytes)));
    }

    /// <summary>The bytes of one weight.</summary>
    public long Of(string weight) => _weights.GetValueOrDefault(weight);

    /// <summary>The bytes of some weights.</summary>
    public long Of(ImmutableArray<string> weights) => weights.Sum(w => _weights.GetValueOrDefault(w));

    private static long BytesOf(WeightEncoding weight) => weight switch
    {
        Integer integer => integer.Codes.Bytes.Length,
        Scaled => weight.Children.Sum(c => BytesOf(c.Encoding)),
        _ => sizeof(float) * (long)weight.Length,
    };
}
