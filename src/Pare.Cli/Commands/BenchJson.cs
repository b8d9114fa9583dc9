using System.Diagnostics;
using System.Text.Json.Nodes;
using Pare.Runtime;

namespace Pare.Cli.Commands;

/// <summary>What <c>pare bench --json</c> says of a model; the verb's help lists it.</summary>
internal static class BenchJson
{
    /// <summary>One model.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="model">Its times.</param>
    /// <param name="threads">Threads of a run.</param>
    /// <param name="peak">What the machine can do.</param>
    /// <param name="steps">Times of the plan's steps, or null.</param>
    /// <param name="tuning">What measuring kernels chose, or null.</param>
    public static JsonObject Of(string path, Latency model, int threads, MachinePeak peak, TimeSpan[]? steps, JsonObject? tuning)
    {
        using var process = Process.GetCurrentProcess();
        var json = new JsonObject
        {
            ["model"] = path,
            ["median_ms"] = model.Median.TotalMilliseconds,
            ["p10_ms"] = model.Quantile(0.1).TotalMilliseconds,
            ["p90_ms"] = model.Quantile(0.9).TotalMilliseconds,
            ["samples_per_second"] = model.Batch / model.Median.TotalSeconds,
            ["runs"] = model.Runs,
            ["threads"] = threads,
            ["batch"] = model.Batch,
            ["macs"] = model.Macs.Sum(),
            ["gmacs_per_second"] = model.MacsPerSecond / 1e9,
            ["peak_gmacs_per_second"] = peak.MacsPerSecond / 1e9,
            ["peak_share"] = model.MacsPerSecond / peak.MacsPerSecond,
            ["memory_gb_per_second"] = peak.BytesPerSecond / 1e9,
            ["arena_bytes"] = model.Plan.ArenaBytes,
            ["packed_bytes"] = model.Plan.PackedBytes,
            ["resident_bytes"] = process.WorkingSet64,
            ["peak_resident_bytes"] = process.PeakWorkingSet64,
            ["bytes"] = ModelIO.Bytes(path),
        };
        if (steps is not null) json["nodes"] = new JsonArray([.. model.Plan.Steps.Select((step, i) => Node(step, steps[i], model.Macs[i], steps, peak))]);
        if (tuning is not null) json["tuning"] = tuning;
        return json;
    }

    /// <summary>Why each node runs as it does.</summary>
    public static JsonArray Kernels(ExecutionPlan plan) => new([.. plan.Steps.Select(step => (JsonNode)new JsonObject
    {
        ["name"] = step.Node.Name,
        ["operator"] = step.Node.Operator.Name,
        ["kernel"] = step.Kernel,
        ["predicted_ms"] = step.Predicted.TotalMilliseconds,
        ["joined_with"] = step.JoinedWith,
        ["why"] = KernelReasons.Of(step),
        ["offers"] = new JsonArray([.. step.Offers.Select(o => (JsonNode)new JsonObject { ["kernel"] = o.Kernel, ["predicted_ms"] = o.Time.TotalMilliseconds, ["keeps_weights"] = o.KeepsWeights })]),
    })]);

    /// <summary>Nodes with compressed weights against the same nodes with plain floats.</summary>
    public static JsonArray Explained(IReadOnlyList<Explained> nodes) => new([.. nodes.Select(node => (JsonNode)new JsonObject
    {
        ["name"] = node.Node,
        ["weights"] = node.Weights,
        ["kernel"] = node.Step.Kernel,
        ["predicted_ms"] = node.Step.Predicted.TotalMilliseconds,
        ["ms"] = node.Time.TotalMilliseconds,
        ["packed_bytes"] = node.Step.PackedBytes,
        ["dense_kernel"] = node.Dense.Kernel,
        ["dense_predicted_ms"] = node.Dense.Predicted.TotalMilliseconds,
        ["dense_ms"] = node.DenseTime.TotalMilliseconds,
        ["dense_packed_bytes"] = node.Dense.PackedBytes,
        ["predicted_ratio"] = node.Predicted,
        ["measured_ratio"] = node.Measured,
        ["why"] = KernelReasons.Of(node.Step),
    })]);

    private static JsonNode Node(PlanStep step, TimeSpan time, long macs, TimeSpan[] all, MachinePeak peak)
    {
        double rate = time > TimeSpan.Zero ? macs / time.TotalSeconds : 0, sum = all.Sum(t => t.TotalSeconds);
        return new JsonObject
        {
            ["name"] = step.Node.Name,
            ["operator"] = step.Node.Operator.Name,
            ["kernel"] = step.Kernel,
            ["ms"] = time.TotalMilliseconds,
            ["share"] = sum > 0 ? time.TotalSeconds / sum : 0,
            ["macs"] = macs,
            ["gmacs_per_second"] = rate / 1e9,
            ["peak_share"] = rate / peak.MacsPerSecond,
        };
    }
}
