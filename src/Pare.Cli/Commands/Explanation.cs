using Pare.Encodings;
using Pare.Runtime;

namespace Pare.Cli.Commands;

/// <summary>A node with compressed weights beside the same node with plain floats.</summary>
/// <param name="Node">Its name.</param>
/// <param name="Weights">How its weights are compressed: "4-bit", "sparse 90 %".</param>
/// <param name="Step">How the plan runs it.</param>
/// <param name="Time">What that takes.</param>
/// <param name="Dense">How a plan of plain floats runs it.</param>
/// <param name="DenseTime">What that takes.</param>
internal sealed record Explained(string Node, string Weights, PlanStep Step, TimeSpan Time, PlanStep Dense, TimeSpan DenseTime)
{
    /// <summary>How many times as fast as plain floats the cost model expects it to be.</summary>
    public double Predicted => Dense.Predicted / Step.Predicted;

    /// <summary>How many times as fast it is.</summary>
    public double Measured => DenseTime / Time;
}

/// <summary>Compressed against dense, node by node: the model and its twin whose weights are plain floats, which take turns.</summary>
internal static class Explanation
{
    /// <summary>The twin: the same numbers as plain floats, computed with in floats.</summary>
    public static (Model Model, PlanOptions Options) Twin(Model model, PlanOptions options) => (
        model.WithWeights(model.Weights.Where(w => w.Value is not Dense).Select(w => KeyValuePair.Create(w.Key, (WeightEncoding)new Dense(w.Value.Shape, w.Value.ToArray())))),
        options with { IntegerArithmetic = false });

    /// <summary>Measures both, and pairs their nodes: those with compressed weights that both have.</summary>
    /// <param name="model">The model.</param>
    /// <param name="compressed">Its plan.</param>
    /// <param name="dense">The plan of its twin.</param>
    /// <param name="budget">How long to measure.</param>
    /// <param name="cancel">Stops measuring.</param>
    public static Explained[] Of(Model model, Latency compressed, Latency dense, TimeSpan budget, CancellationToken cancel)
    {
        TimeSpan[][] times = Latency.StepsInTurns([compressed, dense], budget, cancel);
        var twins = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < dense.Plan.Steps.Length; i++) twins.TryAdd(dense.Plan.Steps[i].Node.Name, i);
        Dictionary<string, string> words = model.Nodes
            .Select(n => (n.Name, Words: string.Join(", ", n.Inputs.Where(model.Weights.ContainsKey).Select(w => Words(model.Weights[w])).Where(w => w.Length > 0))))
            .Where(n => n.Words.Length > 0).ToDictionary(n => n.Name, n => n.Words, StringComparer.Ordinal);
        return
        [
            .. Enumerable.Range(0, compressed.Plan.Steps.Length)
                .Where(i => words.ContainsKey(compressed.Plan.Steps[i].Node.Name) && twins.ContainsKey(compressed.Plan.Steps[i].Node.Name))
                .Select(i =>
                {
                    PlanStep step = compressed.Plan.Steps[i];
                    int twin = twins[step.Node.Name];
                    return new Explained(step.Node.Name, words[step.Node.Name], step, times[0][i], dense.Plan.Steps[twin], times[1][twin]);
                }),
        ];
    }

    /// <summary>How a weight is compressed; nothing for plain floats.</summary>
    public static string Words(WeightEncoding weight) => weight switch
    {
        Dense => "",
        Scaled scaled => Words(scaled.Inner),
        Integer integer => $"{integer.Codes.Bits}-bit",
        Codebook book => $"codebook of {book.Table.Length}",
        Sparse sparse => $"sparse {100 - 100.0 * sparse.Values.Length / Math.Max(1, sparse.Length):0.#} %" + (Words(sparse.Values) is { Length: > 0 } values ? $", {values}" : ""),
        _ => weight.Kind,
    };
}
