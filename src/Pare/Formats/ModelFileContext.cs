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

    /// <summary>
    /// Opens one more file of the model that is written, for formats that need a second one: takes what is added to the model's file name
    /// (".data"), gives the stream and the name by which the model finds it. Null where there can be none.
    /// </summary>
    public Func<string, (Stream Stream, string Name)>? CreateBeside { get; init; }

    /// <summary>The operators known.</summary>
    public Catalog<OperatorSpec> Operators { get; init; } = OperatorCatalog.Default;

    /// <summary>The encodings known.</summary>
    public Catalog<EncodingSpec> Encodings { get; init; } = EncodingCatalog.Default;

    /// <summary>Stops reading or writing.</summary>
    public CancellationToken Cancel { get; init; }
}
