using Pare.Encodings;

namespace Pare.Compression.Quantization;

/// <summary>Rounds weights to integers of a few bits, and keeps what was made of them before: zeros stay zeros, clusters stay clusters.</summary>
/// <remarks>
/// Dense -> Scaled(Integer); Sparse -> Scaled(Sparse(Integer)), so that what is stored keeps its positions; the table of a codebook ->
/// Scaled(Integer) as a whole. Scales that stand outside already (of a folded batch normalization) become part of the new ones.
/// </remarks>
public static class WeightQuantizer
{
    /// <summary>Rounds a weight to the nearest codes.</summary>
    /// <param name="weight">The weight.</param>
    /// <param name="where">Its scope: name, shape, channel axis.</param>
    /// <param name="format">Bits and scales.</param>
    /// <exception cref="RecipeException">Nothing of the weight is floats any more.</exception>
    /// <exception cref="ModelException">A number is not finite.</exception>
    public static WeightEncoding Round(WeightEncoding weight, LeafScope where, WeightFormat format) =>
        Round(weight, where, format, (weights, scales) => Nearest(weights, scales, format.Most));

    /// <summary>Quantizes a weight with codes of somebody else's choice.</summary>
    /// <param name="weight">The weight.</param>
    /// <param name="where">Its scope: name, shape, channel axis.</param>
    /// <param name="format">Bits and scales.</param>
    /// <param name="codes">Given the numbers, and for each its scale: the codes, within -Most and Most.</param>
    /// <exception cref="RecipeException">Nothing of the weight is floats any more.</exception>
    /// <exception cref="ModelException">A number is not finite.</exception>
    public static WeightEncoding Round(WeightEncoding weight, LeafScope where, WeightFormat format, Func<float[], float[], int[]> codes)
    {
        switch (weight)
        {
            case Dense dense:
                Finite.Check(dense, where.Path);
                return Numbers(dense.ToArray(), null, weight.Shape, where, format, codes);
            case Sparse { Values: Dense values } sparse:
                Finite.Check(values, where.Path);
                return Numbers(values.ToArray(), sparse, weight.Shape, where, format, codes);
            case Scaled { Scales: Dense, Inner: Dense } scaled:
                return Round(new Dense(scaled.Shape, scaled.ToArray()), where, format, codes);
            case Scaled { Scales: Dense, Inner: Sparse { Values: Dense } inner } scaled:
                return Round(Multiplied(scaled, inner), where, format, codes);
            default:
                return Tables(weight, where, format);
        }
    }

    /// <summary>Codes rounded to nearest, half to even.</summary>
    public static int[] Nearest(float[] weights, float[] scales, int most)
    {
        var codes = new int[weights.Length];
        for (int i = 0; i < codes.Length; i++) codes[i] = WeightScales.Code(weights[i], scales[i], most);
        return codes;
    }

    // Numbers of a dense or sparse weight: values[i] stands at position i, or where the sparse weight says.
    private static WeightEncoding Numbers(float[] values, Sparse? sparse, Shape shape, LeafScope where, WeightFormat format, Func<float[], float[], int[]> codes)
    {
        (int axis, int block) = AxisOf(shape, where, format);
        Shape scaleShape = Scaled.ScaleShape(shape, axis, block);
        int count = checked((int)scaleShape.Elements);
        AxisSlices slices = axis == Scaled.WholeWeight ? new AxisSlices(1, 1, Math.Max(1, (int)shape.Elements)) : AxisSlices.Of(shape, axis);
        int[] channel = [.. Enumerable.Range(0, values.Length).Select(i => ScaleOf(sparse?.Positions.Span[i] ?? i, slices, block))];
        float[] scales = Scales(values, channel, count, format);
        WeightEncoding inside = Inside(values, scales, channel, sparse?.Values.Shape ?? shape, format, codes);
        if (sparse is not null) inside = new Sparse(shape, sparse.Positions.ToArray(), inside, sparse.IndexBits);
        return new Scaled(axis, new Dense(scaleShape, scales), inside, block);
    }

    /// <summary>Whether blocks of a channel can have scales of their own: where an output channel reads more than one input channel.</summary>
    public static bool TakesBlocks(Shape shape, LeafScope where) =>
        where.ChannelAxis is { } channels && channels < 2 && shape.Rank >= 2 && shape.Fixed[1 - channels] > 1;

    // Blocks lie along the input channels, the one of the first two axes that is not the output channel's.
    private static (int Axis, int Block) AxisOf(Shape shape, LeafScope where, WeightFormat format)
    {
        if (format.Granularity == WeightGranularity.Tensor || where.ChannelAxis is not { } channels || channels >= shape.Rank) return (Scaled.WholeWeight, 0);
        return format.Granularity == WeightGranularity.Group && TakesBlocks(shape, where) ? (1 - channels, format.GroupSize) : (channels, 0);
    }

    // Without blocks: the index along the axis; with them as in a weight whose axis has one place for each block.
    private static int ScaleOf(int position, AxisSlices slices, int block)
    {
        int row = position / slices.Inner, place = row % slices.Length;
        if (block == 0) return place;
        int blocks = (slices.Length + block - 1) / block;
        return (row / slices.Length * blocks + place / block) * slices.Inner + position % slices.Inner;
    }

    private static float[] Scales(float[] values, int[] channel, int count, WeightFormat format)
    {
        var sizes = new int[count + 1];
        foreach (int c in channel) sizes[c + 1]++;
        for (int c = 0; c < count; c++) sizes[c + 1] += sizes[c];
        var sorted = new float[values.Length];
        int[] at = [.. sizes];
        for (int i = 0; i < values.Length; i++) sorted[at[channel[i]]++] = values[i];
        return [.. Enumerable.Range(0, count).Select(c => WeightScales.Of(sorted.AsSpan(sizes[c]..sizes[c + 1]), format))];
    }

    private static WeightEncoding Inside(float[] values, float[] scales, int[] channel, Shape shape, WeightFormat format, Func<float[], float[], int[]> choose)
    {
        if (format.Bits == 1)
        {
            ushort[] signs = [.. values.Select(v => (ushort)(v >= 0 ? 1 : 0))];
            return new Codebook(shape, Codes.Pack(1, signs), Integer.Of(Shape.Of(2), 2, [-1, 1], 0, isSigned: true));
        }
        return Integer.Of(shape, format.Bits, choose(values, [.. channel.Select(c => scales[c])]), 0, isSigned: true);
    }

    private static Sparse Multiplied(Scaled scaled, Sparse inner)
    {
        float[] all = scaled.ToArray();
        ReadOnlySpan<int> positions = inner.Positions.Span;
        var values = new float[positions.Length];
        for (int i = 0; i < values.Length; i++) values[i] = all[positions[i]];
        return new Sparse(inner.Shape, inner.Positions.ToArray(), new Dense(Shape.Of(values.Length), values), inner.IndexBits);
    }

    /// <summary>
    /// A clustered weight whose table has a scale, within the scales of a folded normalization: both become one, so that each number is an integer
    /// times one scale and integer arithmetic can take it. Numbers change by a rounding at most. Other weights stay as they are.
    /// </summary>
    internal static WeightEncoding WithOneScale(WeightEncoding weight)
    {
        if (weight is not Scaled { Scales: Dense outer } scaled) return weight;
        float table = 1;
        WeightEncoding inner = Drawn(scaled.Inner);
        if (ReferenceEquals(inner, scaled.Inner)) return weight;
        return new Scaled(scaled.Axis, new Dense(outer.Shape, Array.ConvertAll(outer.ToArray(), s => s * table)), inner, scaled.Block);

        WeightEncoding Drawn(WeightEncoding part)
        {
            switch (part)
            {
                case Sparse sparse:
                    WeightEncoding values = Drawn(sparse.Values);
                    return ReferenceEquals(values, sparse.Values) ? part : new Sparse(sparse.Shape, sparse.Positions.ToArray(), values, sparse.IndexBits);
                case Codebook { Table: Scaled { Axis: Scaled.WholeWeight, Scales: Dense { Length: 1 } scale, Inner: Integer codes } } book:
                    table = scale.Values[0];
                    return new Codebook(book.Shape, book.Indices, codes);
                default:
                    return part;
            }
        }
    }

    private static WeightEncoding Tables(WeightEncoding weight, LeafScope where, WeightFormat format)
    {
        int rewritten = 0;
        WeightEncoding result = weight.MapLeaves((leaf, scope) =>
        {
            if (scope.Role is not (LeafRole.Table or LeafRole.Weight)) return leaf;
            rewritten++;
            Finite.Check(leaf, scope.Path);
            // A table of two entries or so may need more bits than its indices have; 1 bit would make one value of its two signs.
            WeightFormat table = format with { Bits = Math.Max(2, format.Bits), Granularity = WeightGranularity.Tensor };
            return Numbers(leaf.ToArray(), null, leaf.Shape, scope, table, (w, s) => Nearest(w, s, table.Most));
        }, where);
        return rewritten > 0 ? WithOneScale(result) : throw new RecipeException(
            $"'{where.Path}' is stored as {weight}: nothing of it is floats any more, so it cannot be quantized. Leave the layer out, or quantize once.");
    }
}
