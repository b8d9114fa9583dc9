using System.Collections.Immutable;
using Pare.Compression.Advice;

namespace Pare.Cli.Output;

/// <summary>Advice for people.</summary>
internal static class AdviceText
{
    /// <summary>Longer lists of layers end in a count.</summary>
    private const int MostLayers = 8;

    /// <summary>Shows ranked recommendations.</summary>
    /// <param name="terminal">Where.</param>
    /// <param name="path">The model's file.</param>
    /// <param name="report">All that was found.</param>
    /// <param name="shown">What is shown: recommendations with their variants.</param>
    /// <param name="found">How many there are.</param>
    public static void Show(Terminal terminal, string path, AdviceReport report, List<ImmutableArray<Recommendation>> shown, int found)
    {
        ModelCost cost = report.Cost;
        terminal.Prose($"{path}: {Units.Count(cost.Parameters)} parameters, {Units.Bytes(cost.Bytes)}, {Units.Count(cost.Macs)} MACs, {(cost.MemoryBytes is { } memory ? $"{Units.Bytes(memory)} of activations at once" : "memory not known")}");
        for (int i = 0; i < shown.Count; i++)
        {
            Recommendation best = shown[i][0];
            terminal.Heading($"{i + 1}. {best.Title}");
            terminal.Prose(best.Why);
            terminal.Table(Facts(best));
            terminal.Line($"  do      {best.Command(path)}");
            foreach (Recommendation variant in shown[i].Skip(1)) Variant(terminal, path, best, variant);
        }
        terminal.Line();
        if (shown.Count == 0) terminal.Prose("Nothing of what Pare looks for is in this network. Pruning and clustering keep the architecture: see 'pare compress --list'.");
        else if (found > shown.Count) terminal.Line($"{found - shown.Count} more: --top {found}.");
        if (shown.Count > 0)
            terminal.Prose("Savings are counted on the outlined network, to the unit. They do not add up where two touch the same layers; ask again after each. DATA: a data set of 'pare data list', or a folder.");
        foreach ((string step, string reason) in report.Refused) terminal.Prose($"Not possible here: {step}: {reason}");
    }

    private static TextTable Facts(Recommendation r)
    {
        TextTable table = new TextTable().Left("").Left("");
        table.Row("  bytes", Saving(r.SavedBytes, r.Before.Bytes, r.After.Bytes));
        table.Row("  MACs", Saving(r.SavedMacs, r.Before.Macs, r.After.Macs));
        if (r.Before.MemoryBytes is { } before && r.After.MemoryBytes is { } after) table.Row("  memory", Saving(r.SavedMemoryBytes, before, after));
        return table.Row("  where", Where(r)).Row("  risk", Risk(r.Risk));
    }

    private static void Variant(Terminal terminal, string path, Recommendation best, Recommendation r)
    {
        string what = r.Title == best.Title ? $"only {r.Layers.Length} of them" : char.ToLowerInvariant(r.Title[0]) + r.Title[1..];
        terminal.Line($"  or      {what}: bytes {Change(r.SavedBytes, r.Before.Bytes)}, MACs {Change(r.SavedMacs, r.Before.Macs)}{(r.Before.MemoryBytes is { } memory ? $", memory {Change(r.SavedMemoryBytes, memory)}" : "")}, risk {RiskWord(r.Risk)}");
        terminal.Line($"          {r.Command(path)}");
    }

    private static string Saving(long saved, long before, long after) =>
        saved == 0 ? $"same, {Units.Count(before)}" : $"{Change(saved, before)}, {Units.Count(before)} -> {Units.Count(after)}";

    private static string Change(long saved, long before) =>
        saved == 0 ? "same" : $"{(saved > 0 ? "-" : "+")}{Units.PercentShort(Math.Abs((double)saved / Math.Max(1, before)))}";

    private static string Where(Recommendation r)
    {
        if (r.Layers.IsEmpty) return "the network as a whole";
        string names = string.Join(", ", r.Layers.Take(MostLayers).Select(Short));
        return r.Layers.Length > MostLayers ? $"{names} and {r.Layers.Length - MostLayers} more" : names;
    }

    private static string Short(string weight) => weight.EndsWith(".weight", StringComparison.Ordinal) ? weight[..^".weight".Length] : weight;

    private static string RiskWord(AdviceRisk risk) => risk switch
    {
        AdviceRisk.Low => "none",
        AdviceRisk.Medium => "medium",
        _ => "high",
    };

    private static string Risk(AdviceRisk risk) => RiskWord(risk) + risk switch
    {
        AdviceRisk.Low => ": the outputs stay the same",
        AdviceRisk.Medium => ": retraining mostly recovers the accuracy",
        _ => ": retraining may not recover the accuracy",
    };
}
