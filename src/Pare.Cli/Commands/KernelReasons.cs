using System.Globalization;
using Pare.Runtime;

namespace Pare.Cli.Commands;

/// <summary>Why a plan takes a kernel, in words.</summary>
internal static class KernelReasons
{
    private const string Definition = "evaluate";

    /// <summary>The reason, and who reads the result band by band.</summary>
    public static string Of(PlanStep step) => step.JoinedWith is { } reader ? $"{Choice(step)}; {reader} reads its result band by band" : Choice(step);

    private static string Choice(PlanStep step)
    {
        if (step.Choice is { } choice)
            return choice.Differs ? $"measured {Times(choice.PredictedTime / choice.Time)} as fast as {choice.Predicted}, which was predicted to be faster" : "predicted and measured to be the fastest";
        KernelPrediction[] others = [.. step.Offers.Where(o => o.Kernel != step.Kernel && !IsDefinition(o.Kernel))];
        if (others.Length == 0) return IsDefinition(step.Kernel) ? "no kernel takes it, so its definition runs" : "no other kernel takes it";
        bool keeps = step.Offers.Any(o => o.Kernel == step.Kernel && o.KeepsWeights);
        KernelPrediction? kept = others.FirstOrDefault(o => o.KeepsWeights), expanding = others.FirstOrDefault(o => !o.KeepsWeights);
        if (keeps && expanding is not null)
            return step.Predicted <= expanding.Time
                ? $"keeps the weights packed and is predicted {Times(expanding.Time / step.Predicted)} as fast as {expanding.Kernel}, which expands them"
                : $"keeps the weights packed; {expanding.Kernel} expands them and is predicted {Times(step.Predicted / expanding.Time)} as fast";
        if (!keeps && kept is not null) return $"expands the weights: {kept.Kernel} keeps them packed and is predicted to take {Times(kept.Time / step.Predicted)} as long";
        return $"predicted {Times(others[0].Time / step.Predicted)} as fast as {others[0].Kernel}";
    }

    /// <summary>True for what runs an operator where no kernel does; nothing is predicted of it.</summary>
    public static bool IsDefinition(string kernel) => kernel == Definition;

    /// <summary>"3.1x".</summary>
    public static string Times(double ratio) => ratio.ToString(ratio < 9.95 ? "0.00" : "0.0", CultureInfo.InvariantCulture) + "x";
}
