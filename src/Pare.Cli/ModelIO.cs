using Pare.Cli.Output;
using Pare.Formats;
using Pare.Formats.Container;
using Pare.Formats.Onnx;

namespace Pare.Cli;

/// <summary>Model files as verbs see them: found or explained, written whole, read back.</summary>
internal static class ModelIO
{
    /// <summary>The endings of model files.</summary>
    public static readonly string[] Endings = [".onnx", ".pare"];

    /// <summary>Reads a model.</summary>
    /// <exception cref="ModelException">There is no such file, or it is wrong.</exception>
    /// <exception cref="UnsupportedException">Its ending is of no format, or it needs what Pare lacks.</exception>
    public static Model Load(string path, CancellationToken cancel) => Load(path, new ModelFileContext { Cancel = cancel });

    /// <summary>Reads a model that is only run: its weights stay in the file where they can.</summary>
    /// <exception cref="ModelException">There is no such file, or it is wrong.</exception>
    /// <exception cref="UnsupportedException">Its ending is of no format, or it needs what Pare lacks.</exception>
    public static Model LoadToRun(string path, CancellationToken cancel) => Load(path, new ModelFileContext { Cancel = cancel, MapWeights = true });

    private static Model Load(string path, ModelFileContext context)
    {
        if (Directory.Exists(path)) throw new ModelException($"'{path}' is a folder; expected a model file.");
        if (!File.Exists(path)) throw new ModelException($"There is no model '{path}'.{Closest.Hint(path, Neighbours(path))}");
        try
        {
            return ModelFile.Load(path, context);
        }
        catch (ModelException e)
        {
            throw new ModelException($"'{path}': {e.Message}", e);
        }
        catch (UnsupportedException e) when (!e.Message.Contains(path, StringComparison.Ordinal))
        {
            throw new UnsupportedException($"'{path}': {e.Message}", e);
        }
    }

    /// <summary>Writes a model, whole or not at all, and reads it back.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The ending names the format.</param>
    /// <param name="cancel">Stops; an older file stays.</param>
    public static void Save(Model model, string path, CancellationToken cancel) => ModelFile.Save(model, path, format: null, new ModelFileContext { Cancel = cancel });

    /// <summary>The same with options for .onnx.</summary>
    public static void Save(Model model, string path, OnnxWriteOptions options, CancellationToken cancel) =>
        ModelFile.Save(model, path, IsOnnx(path) ? new OnnxFormat(options) : null, new ModelFileContext { Cancel = cancel });

    /// <summary>The same with options for .pare.</summary>
    public static void Save(Model model, string path, ContainerOptions options, CancellationToken cancel) =>
        ModelFile.Save(model, path, IsOnnx(path) ? null : new ContainerFormat(options), new ModelFileContext { Cancel = cancel });

    /// <summary>Refuses early what could not be written after hours of work.</summary>
    /// <exception cref="UsageException">The ending is of no format, the folder does not exist, or the path is a folder.</exception>
    public static void CheckTarget(string option, string path)
    {
        if (!Endings.Contains(Path.GetExtension(path)))
            throw new UsageException($"{option} '{path}': models end in {string.Join(" or ", Endings)}.");
        WholeFile.CheckTarget(option, path);
    }

    /// <summary>Bytes on disk.</summary>
    public static long Bytes(string path) => new FileInfo(path).Length;

    /// <summary>Whether a path means ONNX.</summary>
    public static bool IsOnnx(string path) => Path.GetExtension(path) == ".onnx";

    private static IEnumerable<string> Neighbours(string path)
    {
        const int Most = 1000;
        string folder = Path.GetDirectoryName(path) is { Length: > 0 } named ? named : ".";
        return Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder).Where(f => Endings.Contains(Path.GetExtension(f))).Select(f => path.Contains('/') ? f : Path.GetFileName(f)).Take(Most)
            : [];
    }
}
