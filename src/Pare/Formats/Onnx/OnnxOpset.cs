using Pare.Formats.Onnx.Wire;

namespace Pare.Formats.Onnx;

/// <summary>Versions of ONNX's operator set and of its file format.</summary>
internal static class OnnxOpset
{
    /// <summary>The oldest opset that Pare reads and writes.</summary>
    public const int Oldest = 7;

    /// <summary>The newest opset that Pare reads and writes.</summary>
    public const int Newest = 27;

    /// <summary>The version of the file format from which on initializers need not be inputs.</summary>
    public const int FreeInitializers = 4;

    /// <summary>The file format that came with an opset (ONNX, docs/Versioning.md).</summary>
    public static int IrVersion(int opset) => opset switch
    {
        <= 8 => 3,
        9 => 4,
        10 => 5,
        11 => 6,
        <= 14 => 7,
        <= 18 => 8,
        <= 20 => 9,
        <= 22 => 10,
        23 => 11,
        24 => 12,
        _ => 13,
    };

    /// <summary>The name of a domain; ONNX's own has two.</summary>
    public static string Normal(string domain) => domain == "ai.onnx" ? "" : domain;

    /// <summary>The operator sets that a file uses.</summary>
    /// <exception cref="ModelException">A version is given twice or makes no sense.</exception>
    /// <exception cref="UnsupportedException">The version of ONNX's own operator set is too old or too new.</exception>
    public static Dictionary<string, int> Imports(ModelProto file)
    {
        var versions = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (OperatorSetIdProto import in file.OpsetImport)
        {
            string domain = Normal(import.Domain);
            if (import.Version is < 1 or > int.MaxValue)
                throw new ModelException($"The file uses version {import.Version} of the operator set '{import.Domain}', which makes no sense.");
            if (!versions.TryAdd(domain, (int)import.Version) && versions[domain] != import.Version)
                throw new ModelException($"The file uses two versions of the operator set '{domain}': {versions[domain]} and {import.Version}.");
        }
        if (versions.TryGetValue("", out int opset) && opset is < Oldest or > Newest)
            throw new UnsupportedException(
                $"The model uses opset {opset}; Pare reads {Oldest} to {Newest}. {(opset < Oldest ? "Export it again with a newer opset, or convert it with onnx.version_converter." : "Export it with an older opset.")}");
        return versions;
    }
}
