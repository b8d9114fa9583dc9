using Pare.Cli.Output;
using System.Text.Json.Nodes;
using Pare.Compression.Settings;
using Pare.Inspection;

namespace Pare.Cli.Commands;

/// <summary>What <c>info --json</c> prints.</summary>
internal static class InfoJson
{
    /// <summary>The whole object.</summary>
    public static JsonObject Of(ModelInfo info)
    {
        (Model model, Profile profile) = (info.Model, info.Profile);
        return new JsonObject
        {
            ["model"] = info.Path,
            ["name"] = model.Metadata.Name,
            ["opset"] = model.Metadata.Opset,
            ["counting"] = Counting(info.Counting),
            ["parameters"] = info.Parameters,
            ["kernel_parameters"] = profile.Layers.Sum(l => l.KernelParameters),
            ["running_statistics"] = profile.Layers.Sum(l => l.RunningStatistics),
            ["count"] = info.Counting.Of(profile),
            ["macs"] = profile.Macs,
            ["convolution_macs"] = profile.MacsOf(LayerKind.Convolution),
            ["fully_connected_macs"] = profile.MacsOf(LayerKind.FullyConnected),
            ["other_operations"] = profile.Operations,
            ["bytes"] = info.Stored.Total,
            ["ratio"] = info.Ratio,
            ["activation_bytes"] = profile.ActivationBytes,
            ["largest_activation_bytes"] = profile.LargestActivationBytes,
            ["moved_bytes"] = profile.MovedBytes,
            ["macs_per_byte"] = profile.MovedBytes == 0 ? 0 : (double)profile.Macs / profile.MovedBytes,
            ["memory"] = profile.Memory is { } memory ? new JsonObject
            {
                ["activation_bytes"] = memory.ActivationBytes,
                ["arena_bytes"] = memory.ArenaBytes,
                ["packed_weight_bytes"] = memory.PackedBytes,
                ["total_bytes"] = memory.TotalBytes,
                ["threads"] = info.Threads,
            } : null,
            ["memory_fault"] = profile.MemoryFault,
            ["statistics"] = Statistics(info.Statistics?.All),
            ["inputs"] = new JsonArray([.. model.Inputs.Select(i => (JsonNode)new JsonObject { ["name"] = i.Name, ["type"] = i.Type.ToString() })]),
            ["outputs"] = new JsonArray([.. model.Outputs.Select(o => (JsonNode)new JsonObject { ["name"] = o, ["type"] = model.Types.GetValueOrDefault(o)?.ToString() })]),
            ["layers"] = new JsonArray([.. profile.Layers.Select(l => (JsonNode)Layer(info, l))]),
            ["missing"] = CheckCommand.Missing(model),
            ["metadata"] = new JsonObject([.. model.Metadata.Properties.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value))]),
        };
    }

    private static JsonObject Counting(Counting counting) => new()
    {
        ["unit"] = Setting.Text(counting.Unit),
        ["parameters"] = Setting.Text(counting.Parameters),
        ["with_bias"] = counting.WithBias,
        ["with_batch_norm"] = counting.WithNormalization,
        ["with_other"] = counting.WithOther,
        ["rule"] = counting.Rule,
    };

    private static JsonObject Layer(ModelInfo info, LayerProfile layer) => new()
    {
        ["name"] = layer.Node.Name,
        ["operator"] = layer.Node.Operator.Name,
        ["kind"] = Setting.Text(layer.Kind),
        ["output"] = layer.Output?.ToString(),
        ["known"] = layer.IsKnown,
        ["parameters"] = info.Counting.ParametersOf(layer),
        ["count"] = info.Counting.Of(layer),
        ["macs"] = layer.Macs,
        ["other_operations"] = layer.Operations,
        ["bytes"] = info.Stored.Of(layer.Weights),
        ["activation_bytes"] = layer.ActivationBytes,
        ["moved_bytes"] = layer.MovedBytes,
        ["macs_per_byte"] = layer.Intensity,
        ["weights"] = new JsonArray([.. layer.Weights.Select(w => (JsonNode)new JsonObject
        {
            ["name"] = w,
            ["shape"] = new JsonArray([.. info.Model.Weights[w].Shape.Fixed.Select(d => (JsonNode)d)]),
            ["encoding"] = info.Model.Weights[w].ToString(),
            ["bits_per_weight"] = Math.Round(info.Bits(w), 4),
            ["bytes"] = info.Stored.Of([w]),
            ["statistics"] = Statistics(info.Statistics?.Weights[w]),
        })]),
    };

    private static JsonObject? Statistics(WeightStatistics? s) => s is null ? null : new JsonObject
    {
        ["numbers"] = s.Count,
        ["zeros"] = s.Zeros,
        ["sparsity"] = s.Sparsity,
        ["distinct"] = s.Distinct,
        ["more_than_65536_distinct"] = s.Distinct is null,
        ["least"] = Finite(s.Least),
        ["most"] = Finite(s.Most),
        ["nan"] = s.NaNs,
    };

    // JSON has no infinity and no NaN.
    private static double? Finite(float value) => float.IsFinite(value) ? value : null;
}
