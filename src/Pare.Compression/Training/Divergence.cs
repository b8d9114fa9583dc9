using Pare.Runtime;

namespace Pare.Compression.Training;

/// <summary>Finds where numbers stopped being finite, once training has stopped for it.</summary>
internal static class Divergence
{
    /// <summary>Says which weight, sample or layer holds the first number that is infinite or NaN, in the order of the forward pass.</summary>
    /// <param name="graph">The step.</param>
    /// <param name="session">Its session, with the inputs of the step that failed.</param>
    /// <param name="weights">The weights as they are now.</param>
    /// <param name="threads">Threads of the run that looks at all values.</param>
    /// <returns>The subject of a sentence and its verb; empty where all numbers are finite.</returns>
    public static string Describe(TrainingGraph graph, Session session, TrainableWeights weights, int threads)
    {
        if (weights.Leaves.FirstOrDefault(l => !IsFinite(l.Values)) is { } leaf) return $"weight '{leaf.Weight}' is the first that is not finite";
        if (!IsFinite(session.Input(graph.Input).Floats)) return "samples are not finite after scale, mean and std";
        Model forward = Forward(graph);
        var look = new Session(ExecutionPlan.Build(forward, new PlanOptions { Threads = threads }));
        foreach ((string name, _) in forward.Inputs) session.Input(name).Bytes.CopyTo(look.Input(name).Bytes);
        look.Run();
        HashSet<string> seen = [.. forward.Outputs];
        foreach (Node node in forward.Nodes)
            if (node.Outputs.Any(o => seen.Contains(o) && !IsFinite(look.Output(o).Floats)))
                return $"layer '{node.Name}' ({node.Operator.Name}) is the first whose results are not finite";
        return "";
    }

    // What leads to the loss, with every float value as an output, so that nothing is overwritten.
    private static Model Forward(TrainingGraph graph)
    {
        var editor = new ModelEditor(graph.Model);
        editor.SetOutputs([graph.Loss]);
        editor.RemoveUnused();
        editor.SetOutputs([.. editor.Nodes.SelectMany(n => n.Outputs).Where(o => o.Length > 0 && graph.Model.Types[o].DType == DType.F32)]);
        return editor.Build();
    }

    private static bool IsFinite(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
            if (!float.IsFinite(value)) return false;
        return true;
    }
}
