using System.Diagnostics.CodeAnalysis;
using Pare.Formats;

namespace Pare;

/// <summary>Loads and saves models. A saved file appears whole and checked, or not at all.</summary>
public static class ModelFile
{
    private const int HeadBytes = 64;
    private const int Buffer = 1 << 16;

    /// <summary>Loads a model of any known format.</summary>
    /// <param name="path">The file.</param>
    /// <param name="context">Catalogs and cancellation; its folder is set to the file's. Null for the defaults.</param>
    /// <param name="formats">The formats known; null for <see cref="FormatCatalog.Default"/>.</param>
    /// <exception cref="ModelException">The file is wrong.</exception>
    /// <exception cref="UnsupportedException">The format is not known, or the file needs something that Pare lacks.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Model Load(string path, ModelFileContext? context = null, Catalog<IModelFormat>? formats = null)
    {
        using FileStream stream = Open(path);
        Span<byte> head = stackalloc byte[HeadBytes];
        head = head[..stream.ReadAtLeast(head, HeadBytes, throwOnEndOfStream: false)];
        stream.Position = 0;
        IModelFormat format = Find(path, head, formats);
        return format.Read(stream, (context ?? ModelFileContext.Default) with { Folder = FolderOf(path), FileName = Path.GetFileName(path) });
    }

    /// <summary>
    /// Saves a model: it is written to a folder aside, in the same folder, read back and compared, and only then renamed. Whatever goes
    /// wrong before, a full disk or a cancellation, leaves an older file of that name as it was and nothing else behind.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="path">Where to; an existing file is replaced, a link followed.</param>
    /// <param name="format">The format; null to go by the path's extension.</param>
    /// <param name="context">Catalogs to read back with, and cancellation. Null for the defaults.</param>
    /// <exception cref="VerificationException">The file reads back differently.</exception>
    /// <exception cref="UnsupportedException">The format is not known, or cannot hold the model.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void Save(Model model, string path, IModelFormat? format = null, ModelFileContext? context = null) =>
        Save(model, path, format, context, stream => stream);

    /// <summary>Saves through streams that a test wraps, to let the disk be full.</summary>
    internal static void Save(Model model, string path, IModelFormat? format, ModelFileContext? context, Func<Stream, Stream> wrap)
    {
        format ??= Find(path, [], formats: null);
        var there = new FileInfo(path);
        path = (there.LinkTarget is null ? null : there.ResolveLinkTarget(returnFinalTarget: true))?.FullName ?? there.FullName;
        string folder = FolderOf(path), name = Path.GetFileName(path);
        if (Directory.Exists(path)) throw new IOException($"'{path}' is a folder; a file name is needed.");
        if (!Directory.Exists(folder)) throw new DirectoryNotFoundException($"There is no folder '{folder}' to save '{name}' in; make it first.");
        CancellationToken cancel = context?.Cancel ?? CancellationToken.None;
        string aside = Directory.CreateDirectory(Path.Combine(folder, $".{name}.{Guid.NewGuid():N}.tmp")).FullName;
        try
        {
            context = (context ?? ModelFileContext.Default) with { Folder = aside, FileName = name };
            string main = Path.Combine(aside, name);
            using (Stream file = new GuardedStream(wrap(new FileStream(main, FileMode.CreateNew, FileAccess.Write, FileShare.None, Buffer)), cancel))
                format.Write(model, file, context);
            foreach (string written in Directory.GetFiles(aside)) FlushToDisk(written);
            using (FileStream file = Open(main)) ModelComparison.Require(format.Keep(model), format.Read(file, context), cancel);
            cancel.ThrowIfCancellationRequested();
            // What belongs to the model first: until the last rename the old model is whole.
            foreach (string beside in Directory.GetFiles(aside).Where(f => f != main)) File.Move(beside, Path.Combine(folder, Path.GetFileName(beside)), overwrite: true);
            File.Move(main, path, overwrite: true);
        }
        finally
        {
            Directory.Delete(aside, recursive: true);
        }
    }

    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.Read, Buffer, FileOptions.SequentialScan);

    private static void FlushToDisk(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Write);
        file.Flush(flushToDisk: true);
    }

    private static IModelFormat Find(string path, ReadOnlySpan<byte> head, Catalog<IModelFormat>? formats)
    {
        formats ??= FormatCatalog.Default;
        foreach (IModelFormat format in formats)
            if (format.Claims(path, head)) return format;
        foreach (IModelFormat format in formats)
            if (format.Claims(path, [])) return format;
        return Refuse(path, formats);
    }

    [DoesNotReturn]
    private static IModelFormat Refuse(string path, Catalog<IModelFormat> formats) => throw new UnsupportedException(
        $"'{path}' is of no known model format, by its name and first bytes. Known: {string.Join(", ", formats.Select(f => "." + f.Name))}.");

    private static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path)) ?? Path.GetPathRoot(Path.GetFullPath(path))!;
}
