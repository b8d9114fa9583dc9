using System.Collections.Immutable;
using System.Text.Json;

namespace Pare.Runtime;

/// <summary>Measured kernels in a file: {"format": "pare-kernels", "version": 1, "build": ..., "nodes": {KEY: {KERNEL: seconds, ...}, ...}}, the predicted kernel first.</summary>
internal static class TuningFile
{
    private const string Format = "pare-kernels";
    private const int Version = 1, MostBytes = 16 << 20, MostKernels = 64, Depth = 8;

    /// <summary>Reads a file.</summary>
    /// <exception cref="TuningException">It is damaged.</exception>
    public static Dictionary<string, KernelTimes> Read(string path)
    {
        var known = new Dictionary<string, KernelTimes>(StringComparer.Ordinal);
        if (!File.Exists(path)) return known;
        if (new FileInfo(path) is { Length: > MostBytes } large) throw Damaged(path, $"it has {large.Length} bytes, over the limit of {MostBytes}");
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { MaxDepth = Depth, AllowDuplicateProperties = false });
            JsonElement root = document.RootElement;
            if (Text(root, "format") != Format) throw Damaged(path, $"\"format\" is not \"{Format}\"");
            if (!root.TryGetProperty("version", out JsonElement version) || !version.TryGetInt32(out int number) || number != Version)
                throw Damaged(path, $"\"version\" is not {Version}");
            if (Text(root, "build") is not { } build) throw Damaged(path, "\"build\" is missing");
            if (!root.TryGetProperty("nodes", out JsonElement nodes)) throw Damaged(path, "\"nodes\" is missing");
            foreach (JsonProperty node in nodes.EnumerateObject())
                known[node.Name] = Times(path, node);
            return build == TuningKey.Build ? known : new Dictionary<string, KernelTimes>(StringComparer.Ordinal);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Damaged(path, e.Message, e);
        }
    }

    /// <summary>Writes a file aside and renames it; where that fails, what was there before is still there and nothing else.</summary>
    public static void Write(string path, IReadOnlyDictionary<string, KernelTimes> known)
    {
        string aside = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            using (FileStream file = File.Create(aside))
            {
                Write(file, known);
                file.Flush(flushToDisk: true);
                if (file.Length > MostBytes) throw new IOException($"'{path}' would have {file.Length} bytes, over the limit of {MostBytes} for measured kernels. Delete it; it is made again by measuring.");
            }
            File.Move(aside, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            File.Delete(aside);
            throw;
        }
    }

    private static void Write(Stream file, IReadOnlyDictionary<string, KernelTimes> known)
    {
        using var json = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("format", Format);
        json.WriteNumber("version", Version);
        json.WriteString("build", TuningKey.Build);
        json.WriteStartObject("nodes");
        foreach ((string key, KernelTimes times) in known.OrderBy(k => k.Key, StringComparer.Ordinal))
        {
            json.WriteStartObject(key);
            foreach ((string kernel, double seconds) in times.Times) json.WriteNumber(kernel, seconds);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static KernelTimes Times(string path, JsonProperty node)
    {
        ImmutableArray<(string Kernel, double Seconds)>.Builder times = ImmutableArray.CreateBuilder<(string, double)>();
        foreach (JsonProperty kernel in node.Value.EnumerateObject())
        {
            if (!kernel.Value.TryGetDouble(out double seconds) || !(seconds > 0 && seconds < TimeSpan.MaxValue.TotalSeconds))
                throw Damaged(path, $"the time of \"{kernel.Name}\" is {kernel.Value}, no time in seconds");
            times.Add((kernel.Name, seconds));
        }
        if (times.Count is < 2 or > MostKernels) throw Damaged(path, $"a node has {times.Count} kernels, expected 2 to {MostKernels}");
        return new KernelTimes(times.ToImmutable());
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static TuningException Damaged(string path, string fault, Exception? inner = null) =>
        new($"'{path}' is no file of measured kernels: {fault}. Delete it, or name another; it is made again by measuring.", inner);
}
