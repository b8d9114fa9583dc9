using Pare.Formats.Onnx;
using Pare.Formats.Onnx.Wire;

namespace Pare.Tests.Formats.Onnx;

/// <summary>ONNX's own backend tests: a model with inputs and outputs each.</summary>
internal sealed class NodeTestArchive
{
    private readonly SortedDictionary<string, Dictionary<string, byte[]>> _tests = new(StringComparer.Ordinal);

    /// <summary>The tests of a kind: node or simple.</summary>
    public static NodeTestArchive Open(string kind = "node")
    {
        var archive = new NodeTestArchive();
        foreach ((string path, byte[] content) in BackendTestFiles.Read(kind))
        {
            string[] parts = path.Split('/', 2);
            if (parts.Length < 2) continue;
            if (!archive._tests.TryGetValue(parts[0], out Dictionary<string, byte[]>? files)) archive._tests[parts[0]] = files = new(StringComparer.Ordinal);
            files[parts[1]] = content;
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
            tensors.Add(Tensor(bytes, $"{kind} {tensors.Count}"));
        return [.. tensors];
    }

    /// <summary>A tensor as these tests store it.</summary>
    public static Tensor Tensor(byte[] bytes, string what) => new TensorParser(new ExternalData(null)).Read(TensorProto.Parser.ParseFrom(bytes), what).Tensor;
}
