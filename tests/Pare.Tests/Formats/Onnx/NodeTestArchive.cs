using System.Formats.Tar;
using System.IO.Compression;
using Pare.Formats.Onnx;
using Pare.Formats.Onnx.Wire;

namespace Pare.Tests.Formats.Onnx;

/// <summary>ONNX's own backend tests: a model with inputs and outputs each.</summary>
internal sealed class NodeTestArchive
{
    public const string File = "onnx-node-tests/onnx-v1.22.0-backend-tests.tar.br";

    private readonly SortedDictionary<string, Dictionary<string, byte[]>> _tests = new(StringComparer.Ordinal);

    public static NodeTestArchive Open()
    {
        var archive = new NodeTestArchive();
        using FileStream file = System.IO.File.OpenRead(SharedData.PathOf(File));
        using var tar = new TarReader(new BrotliStream(file, CompressionMode.Decompress));
        while (tar.GetNextEntry() is { } entry)
        {
            // onnx/backend/test/data/node/test_abs/test_data_set_0/input_0.pb
            string[] parts = entry.Name.Split('/');
            if (entry.DataStream is null || parts.Length < 7 || parts[4] != "node") continue;
            var content = new MemoryStream();
            entry.DataStream.CopyTo(content);
            if (!archive._tests.TryGetValue(parts[5], out Dictionary<string, byte[]>? files)) archive._tests[parts[5]] = files = new(StringComparer.Ordinal);
            files[string.Join('/', parts[6..])] = content.ToArray();
        }
        return archive;
    }

    public IEnumerable<string> Names => _tests.Keys;

    public byte[] Model(string test) => _tests[test]["model.onnx"];

    /// <summary>The data sets of a test; null stands for an absent optional input.</summary>
    public IEnumerable<(Tensor[] Inputs, Tensor[] Outputs)> DataSets(string test)
    {
        for (int set = 0; _tests[test].ContainsKey($"test_data_set_{set}/output_0.pb"); set++)
            yield return (Tensors(test, set, "input"), Tensors(test, set, "output"));
    }

    private Tensor[] Tensors(string test, int set, string kind)
    {
        var tensors = new List<Tensor>();
        while (_tests[test].TryGetValue($"test_data_set_{set}/{kind}_{tensors.Count}.pb", out byte[]? bytes))
            tensors.Add(new TensorParser(new ExternalData(null)).Read(TensorProto.Parser.ParseFrom(bytes), $"{kind} {tensors.Count}").Tensor);
        return [.. tensors];
    }
}
