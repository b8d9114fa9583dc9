using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Pare.Compression.Data;
using Pare.Formats.Container;

namespace Pare.Compression.Search;

/// <summary>SHA-256 of what something consists of: equal for equal things, wherever they come from.</summary>
/// <param name="Hex">64 hexadecimal digits, lower case.</param>
[JsonConverter(typeof(ContentHashJson))]
public readonly record struct ContentHash(string Hex)
{
    private static readonly ContainerOptions Everything = new() { EntropyCoding = EntropyCoding.None, Names = KeptNames.All };

    /// <summary>The hash of a model: nodes, weights as they are encoded, names and metadata.</summary>
    /// <param name="model">The model.</param>
    /// <param name="cancel">Stops.</param>
    public static ContentHash Of(Model model, CancellationToken cancel = default)
    {
        using var hash = SHA256.Create();
        using (var stream = new CryptoStream(Stream.Null, hash, CryptoStreamMode.Write)) ContainerWriter.Write(model, stream, Everything, cancel);
        return new ContentHash(Convert.ToHexStringLower(hash.Hash!));
    }

    /// <summary>The hash of the samples that are trained on and of those that are chosen by.</summary>
    public static ContentHash Of(DataSet? training, DataSet validation) => OfText($"training {training?.ContentHash}\nvalidation {validation.ContentHash}\n");

    /// <summary>The hash of a text.</summary>
    public static ContentHash OfText(string text) => new(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))));

    /// <inheritdoc/>
    public override string ToString() => Hex ?? "";
}
