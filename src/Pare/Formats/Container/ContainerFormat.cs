namespace Pare.Formats.Container;

/// <summary>The format <c>.pare</c>: small, and runs as it is.</summary>
/// <param name="options">What files keep, and how; null for the defaults.</param>
public sealed class ContainerFormat(ContainerOptions? options = null) : IModelFormat
{
    private readonly ContainerOptions _options = options ?? ContainerOptions.Default;

    /// <inheritdoc/>
    public string Name => "pare";

    /// <inheritdoc/>
    public bool Claims(string path, ReadOnlySpan<byte> head) =>
        head.Length > 0 ? head.StartsWith(ContainerWriter.Magic) : path.EndsWith(".pare", StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public Model Read(Stream stream, ModelFileContext context) => ContainerReader.Read(stream, context.Operators, context.Encodings, context.Cancel);

    /// <inheritdoc/>
    public void Write(Model model, Stream stream, ModelFileContext context) => ContainerWriter.Write(model, stream, _options, context.Cancel);

    /// <inheritdoc/>
    public Model Keep(Model model) => ContainerNames.Keep(model, _options.Names);
}
