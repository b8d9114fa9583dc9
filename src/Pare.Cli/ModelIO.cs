using Pare.Cli.Output;
using Pare.Compression;
using Pare.Formats;

namespace Pare.Cli;

/// <summary>Model files as verbs see them: found or explained, written whole, read back.</summary>
internal static class ModelIO
{
    private static readonly string[] Endings = [".onnx", ".pare"];

    /// <summary>Reads a model.</summary>
    /// <exception cref="ModelException">There is no such file, or it is wrong.</exception>
    /// <exception cref="UnsupportedException">Its ending is of no format, or it needs what Pare lacks.</exception>
    public static Model Load(string path)
    {
        CheckEnding(path);
        if (Directory.Exists(path)) throw new ModelException($"'{path}' is a folder; expected a model file.");
        if (!File.Exists(path)) throw new ModelException($"There is no model '{path}'.{Closest.Hint(path, Neighbours(path))}");
        return ModelFile.Load(path);
    }

    /// <summary>Writes a model, whole or not at all.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The ending names the format.</param>
    /// <param name="opset">The opset of an .onnx file; null for the model's own.</param>
    public static void Save(Model model, string path, int? opset = null)
    {
        CheckEnding(path);
        ModelFile.Save(model, path, opset);
    }

    /// <summary>Refuses early what could not be written after hours of work.</summary>
    public static void CheckTarget(string option, string path) => WholeFile.CheckTarget(option, path);

    /// <summary>Bytes on disk.</summary>
    public static long Bytes(string path) => new FileInfo(path).Length;

    private static void CheckEnding(string path)
    {
        if (!Endings.Contains(Path.GetExtension(path)))
            throw new UnsupportedException($"'{path}': models end in {string.Join(" or ", Endings)}.");
    }

    private static IEnumerable<string> Neighbours(string path)
    {
        string folder = Path.GetDirectoryName(path) is { Length: > 0 } named ? named : ".";
        return Directory.Exists(folder) ? Directory.EnumerateFiles(folder).Where(f => Endings.Contains(Path.GetExtension(f))).Select(f => path.Contains('/') ? f : Path.GetFileName(f)).Take(1000) : [];
    }
}
