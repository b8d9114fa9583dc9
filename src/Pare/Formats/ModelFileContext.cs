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

    /// <summary>Stops reading or writing.</summary>
    public CancellationToken Cancel { get; init; }
}
