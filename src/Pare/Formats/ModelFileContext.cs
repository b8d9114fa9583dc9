using Pare.Encodings;
using Pare.Operators;

namespace Pare.Formats;

/// <summary>What a format knows of where it reads or writes.</summary>
public sealed record ModelFileContext
{
    /// <summary>Nothing special.</summary>
    public static ModelFileContext Default { get; } = new();

    /// <summary>The folder of the file, in which files that belong to it lie; null where there is none.</summary>
    public string? Folder { get; init; }

    /// <summary>The file's name in that folder once it is written, after which files that belong to it are named.</summary>
    public string FileName { get; init; } = "model";

    /// <summary>The operators known.</summary>
    public Catalog<OperatorSpec> Operators { get; init; } = OperatorCatalog.Default;

    /// <summary>The encodings known.</summary>
    public Catalog<EncodingSpec> Encodings { get; init; } = EncodingCatalog.Default;

    /// <summary>
    /// Leaves the weights of an <c>.onnx</c> file where they are, and maps the file into memory until the process ends: loading then copies nothing, and a
    /// plan that has packed them gives their memory back. They can only be read, by inference; do not train such a model, and do not write into the file
    /// meanwhile (replacing it by another, as <see cref="ModelFile.Save(Model, string, IModelFormat?, ModelFileContext?)"/> does, is fine except on Windows).
    /// </summary>
    public bool MapWeights { get; init; }

    /// <summary>Stops reading or writing.</summary>
    public CancellationToken Cancel { get; init; }
}
