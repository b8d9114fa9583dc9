using Pare.Operators;
using Pare.Passes;

namespace Pare.Lowering;

/// <summary>
/// Joins what training does to the same images one after the other, so that they are read and written once: batch norm, the addition of a
/// residual and the rectifier; the rectifier's gradient and that of the batch norm; the gradient of a convolution's input and what is added to it.
/// </summary>
/// <remarks>It runs behind <see cref="AssignLayouts"/>: only where channels lie last are there kernels for it.</remarks>
internal static class FuseTraining
{
    private const int NormInputs = 5, NormOutputs = 3, ConvInputs = 3;

    /// <summary>Applies the pass.</summary>
    public static Model Apply(Model model)
    {
        if (!model.Nodes.Any(n => n.Operator is ChannelsLast { Inner: BatchNormTraining or ConvInputGradient })) return model;
        return Epilogues(Gates(model));
    }

    // dy -> gate by y -> gradient of a batch norm. Others may read what passed the gate.
    private static Model Gates(Model model)
    {
        var readers = new Readers(model);
        var editor = new ModelEditor(model);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (Node norm in model.Nodes)
        {
            if (norm.Operator is not ChannelsLast { Inner: BatchNormTrainingGradient gradient } || model.Producer(norm.Inputs[0]) is not { } gate) continue;
            if (Opening(model, gate) is not { } range || !taken.Add(gate.Name)) continue;
            string gated = gate.Outputs[0];
            bool isShared = readers.Only(gated) is null;
            editor.Remove(gate);
            editor.Replace(norm, norm with
            {
                Operator = new ChannelsLast(
                    new Gated(gradient, NormInputs, NormOutputs, range.Low, range.High), 0b11 | 1UL << NormInputs, isShared ? 1 | 1UL << NormOutputs : 1),
                Inputs = [gate.Inputs[0], .. norm.Inputs.Skip(1), gate.Inputs[1]],
                Outputs = isShared ? [.. Enumerable.Range(0, NormOutputs).Select(i => i < norm.Outputs.Length ? norm.Outputs[i] : ""), gated] : norm.Outputs,
            });
        }
        return taken.Count == 0 ? model : editor.Build();
    }

    private static Model Epilogues(Model model)
    {
        var readers = new Readers(model);
        var editor = new ModelEditor(model);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (Node main in model.Nodes.Reverse())
        {
            if (main.Operator is not ChannelsLast { Inner: BatchNormTraining or ConvInputGradient } last) continue;
            int inputs = last.Inner is BatchNormTraining ? NormInputs : ConvInputs;
            string end = main.Outputs[0], residual = "";
            var merged = new List<Node>();
            if (readers.Only(end) is { } sum && !taken.Contains(sum.Name) && FuseEpilogues.Other(model, sum, end) is { } other)
            {
                merged.Add(sum);
                (end, residual) = (sum.Outputs[0], other);
            }
            (float low, float high) = (float.NegativeInfinity, float.PositiveInfinity);
            if (readers.Only(end) is { } clip && !taken.Contains(clip.Name) && clip.Inputs[0] == end && FuseEpilogues.Bounds(model, clip) is { } bounds)
            {
                merged.Add(clip);
                (end, low, high) = (clip.Outputs[0], bounds.Low, bounds.High);
            }
            if (merged.Count == 0) continue;
            foreach (Node node in merged)
            {
                taken.Add(node.Name);
                editor.Remove(node);
            }
            editor.Replace(main, main with
            {
                Operator = last with
                {
                    Inner = new Fused(last.Inner, inputs, residual.Length > 0, low, high),
                    Images = residual.Length > 0 ? last.Images | 1UL << inputs : last.Images,
                },
                Inputs = [.. main.FirstInputs(inputs), .. residual.Length > 0 ? [residual] : Array.Empty<string>()],
                Outputs = [end, .. main.Outputs.Skip(1)],
            });
        }
        return taken.Count == 0 ? model : editor.Build();
    }

    // What dy must have at y to pass: the gradient of a rectifier or a clip.
    private static (float Low, float High)? Opening(Model model, Node node)
    {
        if (node.Operator is UnaryGradient { Unary.Function.Name: "Relu" }) return (0, float.PositiveInfinity);
        return node.Operator is ClipGradient ? FuseEpilogues.Bounds(model, node, 2) : null;
    }
}
