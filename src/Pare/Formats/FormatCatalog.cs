using Pare.Formats.Container;
using Pare.Formats.Onnx;

namespace Pare.Formats;

/// <summary>The file formats that Pare reads and writes.</summary>
public static class FormatCatalog
{
    /// <summary>All formats; extend with <see cref="Catalog{T}.With"/>.</summary>
    public static Catalog<IModelFormat> Default { get; } = new(
        "model format",
        [
            new ContainerFormat(),
            new OnnxFormat(),
        ]);
}
