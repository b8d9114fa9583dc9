using System.Globalization;
using Pare.Inspection;
using Pare.Runtime;

namespace Pare.Cli.Output;

/// <summary>The tables of <c>info</c>.</summary>
internal static class InfoTables
{
    /// <summary>Layer by layer.</summary>
    public static TextTable Layers(ModelInfo info, bool all)
    {
        TextTable table = Head(info).Left("encoding");
        List<LayerProfile> listed = [.. info.Profile.Layers.Where(l => all || info.IsListed(l))];
        foreach (LayerProfile layer in listed)
            table.Row([layer.Node.Name, layer.Node.Operator.Name, Output(layer), .. Numbers(info, [layer]), info.Encoding(layer.Weights)]);
        long other = info.Stored.Total - listed.Sum(l => info.Stored.Of(l.Weights));
        table.Row("everything else", "", "", "", "", "", Units.Count(other), Share(other, info.Stored.Total));
        return Sum(table, info);
    }

    /// <summary>Group by group.</summary>
    public static TextTable Tree(ModelInfo info)
    {
        TextTable table = Head(info);
        foreach (ProfileGroup group in ProfileGroup.Of(info.Profile.Layers).Children) Add(table, info, group, depth: 0);
        long other = info.Stored.Total - info.Profile.Layers.Sum(l => info.Stored.Of(l.Weights));
        table.Row("everything else", "", "", "", "", "", Units.Count(other), Share(other, info.Stored.Total));
        return Sum(table, info);
    }

    /// <summary>Weight by weight.</summary>
    public static TextTable Weights(ModelInfo info)
    {
        TextTable table = new TextTable().Left("weight").Left("shape").Right("numbers").Right("bytes").Right("bits each").Right("zeros").Right("distinct").Right("least").Right("most").Left("encoding");
        foreach (string name in info.Model.WeightsInOrder())
        {
            WeightStatistics s = info.Statistics!.Weights[name];
            table.Row(
                name, info.Model.Weights[name].Shape.ToString(), Units.Count(s.Count), Units.Count(info.Stored.Of(name)), info.Bits(name).ToString("0.00", CultureInfo.InvariantCulture), Units.PercentShort(s.Sparsity), Distinct(s),
                Number(s.Least), Number(s.Most) + (s.NaNs > 0 ? $" ({Units.Count(s.NaNs)} NaN)" : ""), info.Short(name));
        }
        return table;
    }

    /// <summary>The whole model.</summary>
    public static TextTable Sums(ModelInfo info)
    {
        Profile profile = info.Profile;
        TextTable table = new TextTable().Left("").Left("");
        long kernels = profile.Layers.Sum(l => l.KernelParameters), statistics = profile.Layers.Sum(l => l.RunningStatistics);
        table.Row("parameters", $"{Units.Count(info.Parameters)} (kernels {Units.Count(kernels)}, biases and normalization {Units.Count(profile.Parameters - kernels)}; running statistics {Units.Count(statistics)})");
        if (info.Counting != new Counting { Parameters = info.Counting.Parameters }) table.Row(info.Counting.UnitName + " as asked", Units.Count(info.Counting.Of(profile)));
        long Of(LayerKind kind) => profile.MacsOf(kind);
        table.Row("MACs", $"{Units.Count(profile.Macs)} (convolution {Part(Of(LayerKind.Convolution), profile.Macs)}, fully connected {Part(Of(LayerKind.FullyConnected), profile.Macs)}, other {Part(profile.Macs - Of(LayerKind.Convolution) - Of(LayerKind.FullyConnected), profile.Macs)})");
        table.Row("other operations", Units.Count(profile.Operations));
        table.Row("bytes", $"{Units.Bytes(info.Stored.Total)}, ratio {Units.Ratio(info.Ratio)} (4 bytes x {Units.Count(profile.Parameters)} parameters / bytes of the whole file)");
        if (info.Statistics?.All is { Count: > 0 } s) table.Row("numbers", $"{Units.PercentShort(s.Sparsity)} zeros, {(s.Distinct is null ? "more than 65,536" : Distinct(s))} distinct values, {Number(s.Least)} to {Number(s.Most)}{(s.NaNs > 0 ? $", {Units.Count(s.NaNs)} NaN" : "")}");
        table.Row("activations", $"{Units.Bytes(profile.ActivationBytes)} in all, {Units.Bytes(profile.LargestActivationBytes)} around the largest node{(profile.Memory is { } m ? $", {Units.Bytes(m.ActivationBytes)} at once" : "")}");
        if (profile.Memory is PlanMemory memory)
            table.Row("memory of a run", $"{Units.Bytes(memory.TotalBytes)} on {info.Threads} threads here: activations and scratch {Units.Bytes(memory.ArenaBytes)}, packed weights {Units.Bytes(memory.PackedBytes)}");
        table.Row("MACs for each byte moved", profile.MovedBytes == 0 ? "0" : Intensity((double)profile.Macs / profile.MovedBytes));
        return table;
    }

    private static TextTable Head(ModelInfo info) => new TextTable()
        .Left("layer").Left("operator").Left("output").Right("parameters").Right(info.Counting.UnitName).Right("share").Right("bytes").Right("share")
        .Right("activations").Right("MACs/B").Right("zeros");

    private static void Add(TextTable table, ModelInfo info, ProfileGroup group, int depth)
    {
        LayerProfile? layer = group.Children.IsEmpty ? group.Layers[0] : null;
        table.Row([new string(' ', 2 * depth) + group.Name, layer?.Node.Operator.Name ?? "", layer is null ? "" : Output(layer), .. Numbers(info, group.Layers)]);
        foreach (ProfileGroup child in group.Children) Add(table, info, child, depth + 1);
    }

    private static TextTable Sum(TextTable table, ModelInfo info) =>
        table.Rule().Row(["sum", "", "", .. Numbers(info, info.Profile.Layers, info.Stored.Total)]);

    private static string[] Numbers(ModelInfo info, IReadOnlyCollection<LayerProfile> layers, long? bytes = null)
    {
        long count = layers.Sum(info.Counting.Of), moved = layers.Sum(l => l.MovedBytes), macs = layers.Sum(l => l.Macs);
        string[] weights = [.. layers.SelectMany(l => l.Weights)];
        bytes ??= info.Stored.Of([.. weights]);
        return
        [
            CountOrNone(layers.Sum(info.Counting.ParametersOf)), CountOrNone(count), Share(count, info.Counting.Of(info.Profile)),
            CountOrNone(bytes.Value), Share(bytes.Value, info.Stored.Total), CountOrNone(layers.Sum(l => l.ActivationBytes)),
            macs == 0 || moved == 0 ? "" : Intensity((double)macs / moved), info.Sparsity(weights) is { } zeros ? Units.PercentShort(zeros) : "",
        ];
    }

    private static string Output(LayerProfile layer) => layer.Output?.Shape.ToString() ?? "?";

    private static string Part(long part, long whole) => part == 0 ? "0" : $"{Units.Count(part)} = {Units.PercentShort((double)part / whole)}";

    private static string Share(long part, long whole) => part == 0 || whole == 0 ? "" : Units.PercentShort((double)part / whole);

    private static string Distinct(WeightStatistics s) => s.Distinct is { } count ? Units.Count(count) : "more";

    private static string Number(float value) => value.ToString("G4", CultureInfo.InvariantCulture);

    private static string Intensity(double value) => value.ToString(value < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture);

    private static string CountOrNone(long value) => value == 0 ? "" : Units.Count(value);
}
