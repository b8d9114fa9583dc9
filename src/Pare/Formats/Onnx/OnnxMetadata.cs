using System.Collections.Immutable;
using System.Globalization;
using Google.Protobuf;
using Pare.Formats.Onnx.Wire;

namespace Pare.Formats.Onnx;

/// <summary>Metadata from and to the file. Fields of the file that Pare has no place for are properties named "onnx....".</summary>
internal static class OnnxMetadata
{
    private const string Reserved = "onnx.";
    private const string Producer = Reserved + "producer_name", ProducerVersion = Reserved + "producer_version", Domain = Reserved + "domain";
    private const string ModelVersion = Reserved + "model_version", Doc = Reserved + "doc_string", Opset = Reserved + "opset.", OutputType = Reserved + "output_type.";

    /// <summary>Who wrote a file that no other tool wrote before; it is not made a property.</summary>
    private const string Self = "Pare";

    /// <summary>The version of another operator set where nothing is said; it is not made a property.</summary>
    private const int FirstOpset = 1;

    /// <summary>Stands for a graph without a name, which ONNX does not allow.</summary>
    private const string Unnamed = "unnamed";

    /// <exception cref="ModelException">A property is given twice.</exception>
    public static Metadata Read(ModelProto file, IReadOnlyDictionary<string, int> opsets)
    {
        ImmutableSortedDictionary<string, string>.Builder properties = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (StringStringEntryProto entry in file.MetadataProps)
            if (!properties.TryAdd(entry.Key, entry.Value)) throw new ModelException($"The metadata property '{entry.Key}' is given twice.");
        if (file.ProducerName != Self) Set(Producer, file.ProducerName);
        Set(ProducerVersion, file.ProducerVersion);
        Set(Domain, file.Domain);
        Set(Doc, file.DocString);
        if (file.ModelVersion != 0) Set(ModelVersion, file.ModelVersion.ToString(CultureInfo.InvariantCulture));
        var used = file.Graph.Node.SelectMany(n => GraphNames.Domains(n, $"'{n.Name}'").Prepend(n.Domain)).ToHashSet(StringComparer.Ordinal);
        foreach ((string domain, int version) in opsets)
            if (domain.Length > 0 && version != FirstOpset && used.Contains(domain)) Set(Opset + domain, version.ToString(CultureInfo.InvariantCulture));
        return new Metadata(file.Graph.Name == Unnamed ? "" : file.Graph.Name, opsets.GetValueOrDefault("", Metadata.DefaultOpset), properties.ToImmutable());

        void Set(string name, string value)
        {
            if (value.Length > 0) properties[name] = value;
        }
    }

    /// <summary>The version of another operator set that the model was read with; 1 where nothing is known.</summary>
    public static int OpsetOf(Metadata metadata, string domain) =>
        metadata.Properties.TryGetValue(Opset + domain, out string? text) && int.TryParse(text, CultureInfo.InvariantCulture, out int version) ? version : FirstOpset;

    /// <summary>Notes the types that the file declares of outputs whose types are not derived, behind nodes that Pare lacks.</summary>
    public static Model KeepOutputTypes(Model model, IReadOnlyDictionary<string, ValueInfoProto> declared)
    {
        Metadata metadata = model.Metadata;
        foreach (string output in model.Outputs)
            if (!model.Types.ContainsKey(output) && declared.GetValueOrDefault(output)?.Type is { } type)
                metadata = metadata.With(OutputType + output, Convert.ToBase64String(type.ToByteArray()));
        return ReferenceEquals(metadata, model.Metadata) ? model : model.WithMetadata(metadata);
    }

    /// <summary>The type of an output that Pare does not derive, as it was read; without a type where nothing was said.</summary>
    public static ValueInfoProto OutputOf(Metadata metadata, string output)
    {
        var value = new ValueInfoProto { Name = output };
        if (metadata.Properties.TryGetValue(OutputType + output, out string? text)) value.Type = TypeProto.Parser.ParseFrom(Convert.FromBase64String(text));
        return value;
    }

    /// <summary>The metadata that a written file gives back: without versions of operator sets and types of outputs that are no longer there.</summary>
    public static Metadata Keep(Model model)
    {
        string[] stale = [.. model.Metadata.Properties.Keys.Where(k => k.StartsWith(OutputType, StringComparison.Ordinal)
            && (model.Types.ContainsKey(k[OutputType.Length..]) || !model.Outputs.Contains(k[OutputType.Length..])))];
        return model.Metadata with { Properties = model.Metadata.Properties.RemoveRange(stale) };
    }

    public static void Write(Metadata metadata, ModelProto file)
    {
        file.Graph.Name = metadata.Name.Length > 0 ? metadata.Name : Unnamed;
        file.ProducerName = metadata.Properties.GetValueOrDefault(Producer, Self);
        if (metadata.Properties.TryGetValue(ProducerVersion, out string? producerVersion)) file.ProducerVersion = producerVersion;
        if (metadata.Properties.TryGetValue(Domain, out string? domain)) file.Domain = domain;
        if (metadata.Properties.TryGetValue(Doc, out string? doc)) file.DocString = doc;
        if (metadata.Properties.TryGetValue(ModelVersion, out string? text) && long.TryParse(text, CultureInfo.InvariantCulture, out long version))
            file.ModelVersion = version;
        foreach ((string key, string value) in metadata.Properties)
            if (!IsField(key)) file.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
    }

    private static bool IsField(string key) =>
        key is Producer or ProducerVersion or Domain or ModelVersion or Doc || key.StartsWith(Opset, StringComparison.Ordinal) || key.StartsWith(OutputType, StringComparison.Ordinal);
}
