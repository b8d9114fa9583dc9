using System.Formats.Tar;
using System.IO.Compression;

namespace Pare.Tests.Shared;

/// <summary>The files of ONNX's own backend tests: kinds are node, simple and light. Node tests can come from Debian's package too.</summary>
internal static class BackendTestFiles
{
    public const string Archive = "onnx-node-tests/onnx-v1.22.0-backend-tests.tar.br";

    /// <summary>The real networks of kind light: their weights are made by ConstantOfShape nodes.</summary>
    public static readonly string[] Light =
        ["bvlc_alexnet", "densenet121", "inception_v1", "inception_v2", "resnet50", "shufflenet", "squeezenet", "vgg19", "zfnet512"];

    /// <summary>Where the package libonnx-testdata puts the tests of an older release.</summary>
    private const string DebianFolder = "/usr/lib/python3/dist-packages/onnx/backend/test/data";

    /// <summary>Why node tests are skipped; null where they are there.</summary>
    public static string? NodeTestsMissing => SharedData.Missing(Archive) is { } why && !Directory.Exists(DebianFolder)
        ? $"{why} Debian's package libonnx-testdata serves as well." : null;

    /// <summary>True where the release is the one that the lists of skipped cases are about.</summary>
    public static bool IsListedRelease => SharedData.Missing(Archive) is null;

    private static readonly Lazy<Dictionary<string, byte[]>> LightFiles = new(() => Read("light"));

    /// <summary>All files of a kind, by their paths under it.</summary>
    public static Dictionary<string, byte[]> Read(string kind)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        if (!IsListedRelease)
        {
            string folder = Path.Combine(DebianFolder, kind);
            foreach (string path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
                files[Path.GetRelativePath(folder, path).Replace('\\', '/')] = File.ReadAllBytes(path);
            return files;
        }
        using FileStream file = File.OpenRead(SharedData.PathOf(Archive));
        using var tar = new TarReader(new BrotliStream(file, CompressionMode.Decompress));
        while (tar.GetNextEntry() is { } entry)
        {
            // onnx/backend/test/data/node/test_abs/test_data_set_0/input_0.pb
            string[] parts = entry.Name.Split('/');
            if (entry.DataStream is null || parts.Length < 6 || parts[4] != kind) continue;
            var content = new MemoryStream();
            entry.DataStream.CopyTo(content);
            files[string.Join('/', parts[5..])] = content.ToArray();
        }
        return files;
    }

    public static byte[] LightModel(string name) => LightFiles.Value[$"light_{name}.onnx"];

    public static byte[] LightOutput(string name) => LightFiles.Value[$"light_{name}_output_0.pb"];
}

/// <summary>A test of ONNX's node tests; shown as skipped, with the reason, where there are none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NodeTestsFactAttribute : FactAttribute
{
    public NodeTestsFactAttribute() => Skip = BackendTestFiles.NodeTestsMissing;
}
