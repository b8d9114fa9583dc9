namespace Pare.Formats;

/// <summary>A file format of models.</summary>
public interface IModelFormat : INamed
{
    /// <summary>True where the format is meant.</summary>
    /// <param name="path">The file's path, of which the extension counts.</param>
    /// <param name="head">The first bytes of an existing file; empty where it is to be written. A format that knows its files by them goes by them alone.</param>
    bool Claims(string path, ReadOnlySpan<byte> head);

    /// <summary>Reads a model.</summary>
    /// <exception cref="ModelException">The file is wrong.</exception>
    /// <exception cref="UnsupportedException">The file needs something that Pare lacks.</exception>
    Model Read(Stream stream, ModelFileContext context);

    /// <summary>Writes a model.</summary>
    /// <exception cref="UnsupportedException">The format cannot hold the model.</exception>
    void Write(Model model, Stream stream, ModelFileContext context);

    /// <summary>The model as the format keeps it, which is what must come back when the written file is read: other names of inner values, for example.</summary>
    Model Keep(Model model) => model;
}
