using System.Collections.Immutable;
using Pare.Operators;

namespace Pare.Lowering;

/// <summary>Operators that cut, pad, join and reorder axes: what names an axis names its new place.</summary>
internal static partial class LayoutRules
{
    private static readonly ImmutableArray<int> ToLast = ChannelsLast.ToLast(4);

    // The place of an axis of [N, C, H, W] in [N, H, W, C].
    private static int Place(long axis) => ToLast.IndexOf((int)(axis < 0 ? axis + 4 : axis));

    private static string Places(LayoutScope s, Node node, IEnumerable<long> axes) =>
        s.Constant($"{node.Name}_axes", Tensor.Vector<long>([.. axes.Select(a => (long)Place(a))]));

    // Null where the input is there, but computed.
    private static long[]? Numbers(LayoutScope s, Node node, int input, Func<long[]> absent) =>
        node.Input(input).Length == 0 ? absent() : s.Model.Constants.TryGetValue(node.Input(input), out Tensor? known) ? known.ToInt64s() : null;

    private static bool Parted(LayoutScope s, Node node)
    {
        if (!IsImage(s, node.Inputs[0]) || Numbers(s, node, 1, () => []) is null) return false;
        var split = (Split)node.Operator;
        s.Add(node, split with { Axis = Place(split.Axis) }, [s.Last(node.Inputs[0]), .. node.Inputs.Skip(1)], [.. node.Outputs.Select(s.Result)]);
        return true;
    }

    private static bool Cut(LayoutScope s, Node node)
    {
        if (!IsImage(s, node.Inputs[0]) || Numbers(s, node, 1, () => []) is not { } starts || Numbers(s, node, 2, () => []) is null) return false;
        if (Numbers(s, node, 3, () => [.. Enumerable.Range(0, starts.Length)]) is not { } axes || Numbers(s, node, 4, () => []) is null) return false;
        s.Add(node, node.Operator, [s.Last(node.Inputs[0]), node.Inputs[1], node.Inputs[2], Places(s, node, axes), .. node.Inputs.Skip(4)], [s.Result(node.Outputs[0])]);
        return true;
    }

    private static bool Padded(LayoutScope s, Node node)
    {
        if (!IsImage(s, node.Inputs[0]) || Numbers(s, node, 1, () => []) is null || s.IsComputed(node.Input(2))) return false;
        if (Numbers(s, node, 3, () => [0, 1, 2, 3]) is not { } axes) return false;
        s.Add(node, node.Operator, [s.Last(node.Inputs[0]), node.Inputs[1], node.Input(2), Places(s, node, axes)], [s.Result(node.Outputs[0])]);
        return true;
    }

    private static bool Softened(LayoutScope s, Node node)
    {
        var softmax = (Softmax)node.Operator;
        if (!IsImage(s, node.Inputs[0]) || softmax.Flattened) return false;
        s.Add(node, softmax with { Axis = Place(softmax.Axis) }, [s.Last(node.Inputs[0])], [s.Result(node.Outputs[0])]);
        return true;
    }

    // The result may drop axes where those that are left keep their order: the channels are not left together with height or width.
    private static bool Reduced(LayoutScope s, Node node)
    {
        if (!IsImage(s, node.Inputs[0]) || Numbers(s, node, 1, () => []) is not { } wish) return false;
        var reduction = (Reduction)node.Operator;
        bool[] reduced = reduction.Reduced([.. wish.Select(s.ShapeOf(node.Inputs[0]).Axis)], 4);
        bool positions = reduced is [false, false, true, true], ordered = reduced[1] || (reduced[2] && reduced[3]);
        if ((!reduction.KeepAxes && !ordered) || !reduced.Contains(true)) return false;
        string image = s.Last(node.Inputs[0]);
        if (positions && reduction.Function == ReductionFunction.Mean)
        {
            var mean = new ChannelsLast(new GlobalAveragePool());
            if (reduction.KeepAxes) s.Add(node, mean, [image], [s.Result(node.Outputs[0])]);
            else s.View(node, s.Add(mean, $"{node.Name}_mean", image));
            return true;
        }
        string axes = Places(s, node, Enumerable.Range(0, 4).Where(a => reduced[a]).Select(a => (long)a));
        s.Add(node, reduction, [image, axes], [reduction.KeepAxes ? s.Result(node.Outputs[0]) : node.Outputs[0]]);
        return true;
    }

    // An image that is turned to channels last lies so already.
    private static bool Turned(LayoutScope s, Node node)
    {
        if (!IsImage(s, node.Inputs[0]) || !((Transpose)node.Operator).OrderOf(4).SequenceEqual(ToLast)) return false;
        s.View(node, s.Last(node.Inputs[0]));
        return true;
    }

    private static bool Reshaped(LayoutScope s, Node node) => IsImage(s, node.Inputs[0]) && (Shuffled(s, node) || Flattened(s, node));

    // [N, g c, H, W] -> [N, g, c, H, W] -> [N, c, g, H, W] -> [N, g c, H, W]
    private static bool Shuffled(LayoutScope s, Node node)
    {
        Shape x = s.ShapeOf(node.Inputs[0]), apart = s.ShapeOf(node.Outputs[0]);
        if (apart.Rank != 5 || apart[0] != x[0] || apart[3] != x[2] || apart[4] != x[3]) return false;
        if (s.Readers.Only(node.Outputs[0]) is not { Operator: Transpose turn } dealt || !turn.OrderOf(5).SequenceEqual([0, 2, 1, 3, 4])) return false;
        if (s.Readers.Only(dealt.Outputs[0]) is not { Operator: Reshape } together || !s.ShapeOf(together.Outputs[0]).Equals(x)) return false;
        s.Take(dealt);
        s.Take(together);
        s.Add(together, new ChannelShuffle(apart.Fixed[1]), [s.Last(node.Inputs[0])], [s.Result(together.Outputs[0])]);
        return true;
    }

    // [N, C, H, W] -> [N, C H W] -> a product with known plain numbers: those are reordered, the image stays as it lies.
    private static bool Flattened(LayoutScope s, Node node)
    {
        Shape x = s.ShapeOf(node.Inputs[0]), flat = s.ShapeOf(node.Outputs[0]);
        int positions = x.Fixed[2] * x.Fixed[3], channels = x.Fixed[1];
        if (flat.Rank != 2 || flat[0] != x[0] || positions == 1 || channels == 1) return false;
        if (s.Readers.Only(node.Outputs[0]) is not { } product) return false;
        if (product.Operator is IntegerGemm integers) return FlattenedIntegers(s, node, product, integers, channels, positions);
        if (Main(product.Operator) is not Gemm { TransA: false } gemm) return false;
        if (product.Inputs[0] != node.Outputs[0] || product.Inputs.Skip(1).Any(s.IsComputed)) return false;
        if (!s.Model.Weights.TryGetValue(product.Inputs[1], out WeightEncoding? weight) || weight is not (Dense or WeightOutline)) return false;
        s.Take(product);
        string image = s.Last(node.Inputs[0]), row = s.Result(node.Outputs[0]);
        s.View(node with { Outputs = [row] }, image, flat);
        string reordered = s.Weight($"{product.Inputs[1]}@last", new ReorderedWeight(weight, channels, positions, rows: !gemm.TransB));
        s.Add(product, product.Operator, [row, reordered, .. product.Inputs.Skip(2)], product.Outputs);
        return true;
    }

    private static bool FlattenedIntegers(LayoutScope s, Node node, Node product, IntegerGemm gemm, int channels, int positions)
    {
        Tensor weight = s.Model.Constants[product.Inputs[1]];
        int outputs = weight.Dims[gemm.TransB ? 0 : 1];
        s.Take(product);
        string image = s.Last(node.Inputs[0]), row = s.Result(node.Outputs[0]);
        s.View(node with { Outputs = [row] }, image, s.ShapeOf(node.Outputs[0]));
        Tensor apart = weight.Reshape(gemm.TransB ? Shape.Of(outputs, channels, positions) : Shape.Of(channels, positions, outputs));
        Tensor turned = ChannelsLast.Moved(apart, gemm.TransB ? [0, 2, 1] : [1, 0, 2]).Reshape(weight.Shape);
        s.Add(product, gemm, [row, s.Constant($"{product.Inputs[1]}@last", turned), .. product.Inputs.Skip(2)], product.Outputs);
        return true;
    }
}
