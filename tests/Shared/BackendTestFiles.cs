using System.Formats.Tar;
using System.IO.Compression;

namespace Pare.Tests.Shared;

/// <summary>The files of ONNX's own backend tests: kinds are node, simple and light.</summary>
internal static class BackendTestFiles
{
    public const string Archive = "onnx-node-tests/onnx-v1.22.0-backend-tests.tar.br";

    /// <summary>The real networks of kind light: their weights are made by ConstantOfShape nodes.</summary>
    public static readonly string[] Light =
        ["bvlc_alexnet", "densenet121", "inception_v1", "inception_v2", "resnet50", "shufflenet", "squeezenet", "vgg19", "zfnet512"];

    private static readonly Lazy<Dictionary<string, byte[]>> LightFiles = new(() => Read("light"));

    /// <summary>All files of a kind, by their paths under it.</summary>
    public static Dictionary<string, byte[]> Read(string kind)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
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
