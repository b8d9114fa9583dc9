using Pare.Operators;

namespace Pare.Lowering;

/// <summary>The operators of training: gradients read and write images as their operators do.</summary>
internal static partial class LayoutRules
{
    // Which inputs and outputs are images; the others are weights, vectors and lengths.
    private static (ulong Images, ulong Results) ImagesOf(Operator op) => op switch
    {
        ConvInputGradient or BatchNormTraining or AveragePoolGradient or GlobalAveragePoolGradient => (1, 1),
        ConvWeightGradient => (3, 0),
        _ => (3, 1),
    };

    private static bool Gradient(LayoutScope s, Node node)
    {
        (ulong images, ulong results) = ImagesOf(node.Operator);
        bool IsMarked(ulong marks, int i) => (marks >> i & 1) != 0;
        if (!Enumerable.Range(0, 2).All(i => !IsMarked(images, i) || IsImage(s, node.Inputs[i])) || (results == 1 && !IsImage(s, node.Outputs[0]))) return false;
        s.Add(node, new ChannelsLast(node.Operator, images, results),
            [.. node.Inputs.Select((n, i) => n.Length == 0 ? n : IsMarked(images, i) ? s.Last(n) : s.First(n))],
            [.. node.Outputs.Select((n, i) => n.Length > 0 && IsMarked(results, i) ? s.Result(n) : n)]);
        return true;
    }

    // Element by element over two images; what follows are scalars.
    private static bool SameGradient(LayoutScope s, Node node)
    {
        if (!IsImage(s, node.Inputs[0])) return false;
        s.Add(node, node.Operator, [s.Last(node.Inputs[0]), s.Last(node.Inputs[1]), .. node.Inputs.Skip(2)], [s.Result(node.Outputs[0]), .. node.Outputs.Skip(1)]);
        return true;
    }

    // Inputs dy, shape of x, starts, ends, axes, steps.
    private static bool CutGradient(LayoutScope s, Node node)
    {
        if (!IsImage(s, node.Inputs[0]) || Enumerable.Range(1, 5).Any(i => Numbers(s, node, i, () => []) is null)) return false;
        long[] axes = Numbers(s, node, 4, () => [.. Enumerable.Range(0, Numbers(s, node, 2, () => [])!.Length)])!;
        s.Add(node, node.Operator, [s.Last(node.Inputs[0]), MovedLengths(s, node), node.Inputs[2], node.Inputs[3], Places(s, node, axes), .. node.Inputs.Skip(5)], [s.Result(node.Outputs[0])]);
        return true;
    }

    // Inputs dy, shape of x, pads, axes.
    private static bool PaddedGradient(LayoutScope s, Node node)
    {
        if (!IsImage(s, node.Inputs[0]) || Enumerable.Range(1, 3).Any(i => Numbers(s, node, i, () => []) is null)) return false;
        long[] axes = Numbers(s, node, 3, () => [0, 1, 2, 3])!;
        s.Add(node, node.Operator, [s.Last(node.Inputs[0]), MovedLengths(s, node), node.Inputs[2], Places(s, node, axes)], [s.Result(node.Outputs[0])]);
        return true;
    }

    private static string MovedLengths(LayoutScope s, Node node)
    {
        Shape moved = ChannelsLast.Permuted(s.ShapeOf(node.Outputs[0]), ToLast);
        return s.Constant($"{node.Name}_shape", Tensor.Vector<long>([.. moved.Fixed.Select(d => (long)d)]));
    }
}
