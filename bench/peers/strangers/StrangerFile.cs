using System.Globalization;

namespace Pare.Peers.Strangers;

/// <summary>A network that another program exported, with what that program computes: a line of cases.tsv.</summary>
internal sealed record StrangerFile(string Name, int Opset, string Path, IReadOnlyDictionary<string, Tensor> Inputs, IReadOnlyList<(string Name, Tensor Value)> Outputs)
{
    /// <summary>All lines whose name holds one of the parts; all where there are none.</summary>
    public static IEnumerable<StrangerFile> All(string folder, string[] parts)
    {
        foreach (string line in File.ReadLines(System.IO.Path.Combine(folder, "cases.tsv")))
        {
            if (line.Split('\t') is not [var name, var opset, var file, var inputs, var outputs]) continue;
            if (parts.Length > 0 && !parts.Any(p => $"{name}.opset{opset}".Contains(p, StringComparison.Ordinal))) continue;
            yield return new StrangerFile(
                name, int.Parse(opset, CultureInfo.InvariantCulture), System.IO.Path.Combine(folder, file),
                Values(folder, inputs).ToDictionary(v => v.Name, v => v.Value, StringComparer.Ordinal), [.. Values(folder, outputs)]);
        }
    }

    // name|type|lengths with x|file;...
    private static IEnumerable<(string Name, Tensor Value)> Values(string folder, string text)
    {
        foreach (string value in text.Split(';'))
        {
            if (value.Split('|') is not [var name, var type, var lengths, var file]) throw new InvalidDataException($"cases.tsv: '{value}' is no value.");
            Shape shape = Shape.Of([.. lengths.Split('x', StringSplitOptions.RemoveEmptyEntries).Select(d => int.Parse(d, CultureInfo.InvariantCulture))]);
            var tensor = new Tensor(Enum.Parse<DType>(type, ignoreCase: true), shape);
            File.ReadAllBytes(System.IO.Path.Combine(folder, file)).CopyTo(tensor.Bytes);
            yield return (name, tensor);
        }
    }
}
