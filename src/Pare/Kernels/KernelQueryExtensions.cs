using System.Collections.Immutable;
using Pare.Operators;

namespace Pare.Kernels;

/// <summary>What kernels ask of a query.</summary>
internal static class KernelQueryExtensions
{
    /// <summary>Numbers of a mapped file that may stay in memory while a large matrix is packed: 32 MiB of them.</summary>
    private const long LetGoAfter = 8 << 20;

    /// <summary>True where the input is present.</summary>
    public static bool Has(this KernelQuery query, int input) => input < query.Inputs.Length && query.Inputs[input] is not null;

    /// <summary>True where the input is present and F32.</summary>
    public static bool IsFloat(this KernelQuery query, int input) => query.Has(input) && query.Inputs[input]!.DType == DType.F32;

    /// <summary>True where the input is present and an integer of 8 bits.</summary>
    public static bool IsByte(this KernelQuery query, int input) => query.Has(input) && query.Inputs[input] is { DType: DType.U8 or DType.I8 };

    /// <summary>The value of an input that is a constant, otherwise null.</summary>
    public static Tensor? Constant(this KernelQuery query, int input) => input < query.Constants.Length ? query.Constants[input] : null;

    /// <summary>A constant of integers, as a kernel packs it, shared with other plans of the model.</summary>
    /// <param name="query">The query.</param>
    /// <param name="input">Which input.</param>
    /// <param name="packing">Names the layout and all that it depends on beside the constant.</param>
    /// <param name="make">Packs it.</param>
    public static PackedFloats PackedConstant(this KernelQuery query, int input, string packing, Func<Tensor, PackedFloats> make)
    {
        Tensor constant = query.Constant(input) ?? throw new ArgumentException($"Input {input} of node {query.Node} is no constant.", nameof(input));
        return query.Shared is null ? make(constant) : query.Shared.Share(constant, new PackingKey(packing, false, null), () => make(constant));
    }

    /// <summary>The wider image that the node writes into, or null.</summary>
    public static IntoChannels? Into(this KernelQuery query) => query.Node.Operator as IntoChannels;

    /// <summary>How the node's images lie, or null where no image has its channels last.</summary>
    public static ChannelsLast? Layout(this KernelQuery query) => (query.Into()?.Inner ?? query.Node.Operator) as ChannelsLast;

    /// <summary>What follows the node's main operator within the node, or null.</summary>
    public static Fused? Epilogue(this KernelQuery query) => query.Computed() as Fused;

    /// <summary>What the node's dy must pass before its main operator, or null.</summary>
    public static Gated? Gate(this KernelQuery query) => query.Computed() as Gated;

    /// <summary>What the node computes, wherever its images and results lie.</summary>
    public static Operator Computed(this KernelQuery query) => query.Layout()?.Inner ?? query.Into()?.Inner ?? query.Node.Operator;

    /// <summary>The shape of a present input.</summary>
    public static Shape ShapeOf(this KernelQuery query, int input) => query.Inputs[input]!.Shape;

    /// <summary>The lengths of a present input.</summary>
    public static ImmutableArray<int> Dims(this KernelQuery query, int input) => query.Inputs[input]!.Shape.Fixed;

    /// <summary>The encoding of an input that is a weight, otherwise null.</summary>
    public static WeightEncoding? Weight(this KernelQuery query, int input) => input < query.Weights.Length ? query.Weights[input] : null;

    /// <summary>The numbers of an input that is a weight, shared with other plans of the model; null for other inputs.</summary>
    public static PackedFloats? Decoded(this KernelQuery query, int input) =>
        query.Weight(input) is { } weight ? query.Share(weight, "plain", null, () => PackedFloats.Decode(weight, query.FlushDenormals)) : null;

    /// <summary>The numbers of an input that is a weight, as a kernel packs them, shared with other plans of the model.</summary>
    /// <param name="query">The query.</param>
    /// <param name="input">Which input.</param>
    /// <param name="packing">Names the layout and all that it depends on beside the weight and its shape: plans that give the same one share the memory.</param>
    /// <param name="count">How many packed numbers.</param>
    /// <param name="pack">Packs from decoded numbers to memory that is not cleared.</param>
    /// <param name="with">Another input, whose numbers are packed with it where it is a weight.</param>
    public static PackedFloats Packed(this KernelQuery query, int input, string packing, long count, WeightPacking pack, int? with = null)
    {
        WeightEncoding weight = query.Weight(input) ?? throw new ArgumentException($"Input {input} of node {query.Node} is no weight.", nameof(input));
        WeightEncoding? other = with is { } second ? query.Weight(second) : null;
        return query.Share(weight, packing, other, () => Pack(weight, other));

        unsafe PackedFloats Pack(WeightEncoding weight, WeightEncoding? other)
        {
            var packed = new PackedFloats(count);
            using var values = new WeightFloats(weight, 0, weight.Length, query.FlushDenormals);
            using WeightFloats? others = other is null ? null : new WeightFloats(other, 0, other.Length, query.FlushDenormals);
            pack(values.Floats, others is null ? null : others.Floats, packed.Floats);
            WeightFloats.LetGo(weight);
            return packed;
        }
    }

    /// <summary>The same for a matrix that is packed some rows at a time, so that it is never decoded as a whole.</summary>
    /// <param name="query">The query.</param>
    /// <param name="input">Which input; its first axis are the rows.</param>
    /// <param name="packing">Names the layout and all that it depends on beside the weight and its shape.</param>
    /// <param name="count">How many packed numbers.</param>
    /// <param name="rows">Rows of a part; the last may have fewer.</param>
    /// <param name="pack">Packs the rows from one on to memory that is not cleared.</param>
    /// <param name="with">Another input, whose numbers are packed with it where it is a weight.</param>
    public static PackedFloats PackedByRows(
        this KernelQuery query, int input, string packing, long count, int rows, Action<WeightFloats, int, int, PackedFloats> pack, int? with = null)
    {
        WeightEncoding weight = query.Weight(input) ?? throw new ArgumentException($"Input {input} of node {query.Node} is no weight.", nameof(input));
        return query.Share(weight, packing, with is { } second ? query.Weight(second) : null, () =>
        {
            var packed = new PackedFloats(count);
            int all = weight.Shape.Fixed[0], length = all == 0 ? 0 : weight.Length / all;
            long read = 0;
            for (int row = 0; row < all; row += rows)
            {
                int some = Math.Min(rows, all - row);
                using (var values = new WeightFloats(weight, (long)row * length, some * length, query.FlushDenormals)) pack(values, row, some, packed);
                if ((read += (long)some * length) < LetGoAfter) continue;
                WeightFloats.LetGo(weight);
                read = 0;
            }
            WeightFloats.LetGo(weight);
            return packed;
        });
    }

    /// <summary>An input that is a weight, packed by a kernel that reads its encoding, shared with other plans of the model.</summary>
    /// <param name="query">The query.</param>
    /// <param name="input">Which input.</param>
    /// <param name="packing">Names the layout and all that it depends on beside the weight and its shape.</param>
    /// <param name="count">How many packed numbers.</param>
    /// <param name="pack">Packs to memory that is not cleared.</param>
    /// <param name="with">Another input, which is packed with it where it is a weight.</param>
    public static PackedFloats PackedEncoding(this KernelQuery query, int input, string packing, long count, Action<PackedFloats> pack, int? with = null)
    {
        WeightEncoding weight = query.Weight(input) ?? throw new ArgumentException($"Input {input} of node {query.Node} is no weight.", nameof(input));
        return query.Share(weight, packing, with is { } second ? query.Weight(second) : null, () =>
        {
            var packed = new PackedFloats(count);
            pack(packed);
            return packed;
        });
    }

    private static PackedFloats Share(this KernelQuery query, WeightEncoding weight, string packing, WeightEncoding? with, Func<PackedFloats> make) =>
        query.Shared is null ? make() : query.Shared.Share(weight, new PackingKey(packing, query.FlushDenormals, with), make);

    /// <summary>The inputs from one on, where all that are present are known, as constants or as weights; null otherwise. Those before it are null.</summary>
    public static Tensor?[]? KnownFrom(this KernelQuery query, int first)
    {
        var known = new Tensor?[query.Inputs.Length];
        for (int i = first; i < known.Length; i++)
        {
            known[i] = query.Constants[i] ?? (query.Weight(i) is { } weight ? Tensor.Of<float>(weight.Shape, weight.ToArray()) : null);
            if (query.Has(i) && known[i] is null) return null;
        }
        return known;
    }

    /// <summary>True where an output is asked for.</summary>
    public static bool Wants(this KernelQuery query, int output) => output < query.Node.Outputs.Length && query.Node.Outputs[output].Length > 0;

    /// <summary>True where no input after the first, that is present, is a weight: the kernel reads values only.</summary>
    public static bool ReadsValuesOnly(this KernelQuery query) => query.Weights.All(w => w is null);
}
