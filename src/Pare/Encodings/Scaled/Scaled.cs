namespace Pare.Encodings;

/// <summary>w = s[c] * inner, with one scale for each index c of an axis, one for the whole weight, or one for each block along an axis.</summary>
/// <remarks>
/// Scales always stand outside: Scaled(Sparse(Codebook)), Scaled(Integer). So folding a batch normalization into a weight multiplies
/// scales and leaves what is inside as it is. Blocks are those of ONNX's blocked DequantizeLinear: with blocks of b along the axis, the element
/// at index j of the axis has scale j / b there, and its own scale at every index of the other axes.
/// </remarks>
public sealed class Scaled : WeightEncoding
{
    private readonly AxisSlices _slices;
    private readonly int _blocks; // along the axis

    /// <summary>The value of <see cref="Axis"/> where one scale stands for the whole weight.</summary>
    public const int WholeWeight = -1;

    /// <summary>Scales an encoding.</summary>
    /// <param name="axis">The axis whose indices have a scale each, or <see cref="WholeWeight"/>.</param>
    /// <param name="scales">
    /// As many numbers as the axis is long, shape [C]; shape [1] for the whole weight; with blocks the shape of the weight, but along the axis
    /// its length divided by the block, rounded up.
    /// </param>
    /// <param name="inner">What is scaled; its shape is the shape of the result.</param>
    /// <param name="block">How many numbers along the axis share a scale; 0: no blocks.</param>
    /// <exception cref="ArgumentException">The axis is not one of the inner shape's, or the scales are not as many.</exception>
    public Scaled(int axis, WeightEncoding scales, WeightEncoding inner, int block = 0) : base(inner.Shape)
    {
        if ((axis != WholeWeight || block > 0) && (axis < 0 || axis >= inner.Shape.Rank))
            throw new ArgumentException($"The axis {axis} is not one of {inner.Shape}; {(block > 0 ? "blocks need one" : "-1 stands for the whole weight")}.", nameof(axis));
        if (block < 0) throw new ArgumentException($"A block of {block} is not possible; 1 and more are, and 0 for none.", nameof(block));
        Shape expected = ScaleShape(inner.Shape, axis, block);
        if (!scales.Shape.Equals(expected))
            throw new ArgumentException(
                $"The scales of axis {axis} of {inner.Shape}{(block > 0 ? $" in blocks of {block}" : "")} have the shape {scales.Shape}, it must be {expected}.", nameof(scales));
        Axis = axis;
        Scales = scales;
        Inner = inner;
        Block = block;
        _slices = axis == WholeWeight ? new AxisSlices(1, 1, Length) : AxisSlices.Of(Shape, axis);
        _blocks = block > 0 ? expected.Fixed[axis] : _slices.Length;
    }

    /// <summary>How a scaled encoding is read from a file.</summary>
    public static EncodingSpec Spec { get; } = new("scaled", Read);

    /// <summary>The axis of the scales, or <see cref="WholeWeight"/>.</summary>
    public int Axis { get; }

    /// <summary>How many numbers along the axis share a scale; 0: no blocks.</summary>
    public int Block { get; }

    /// <summary>The scales, shape [C] or [1]; with blocks of the weight's rank.</summary>
    public WeightEncoding Scales { get; }

    /// <summary>What is scaled.</summary>
    public WeightEncoding Inner { get; }

    /// <inheritdoc/>
    public override string Kind => Spec.Name;

    /// <inheritdoc/>
    public override IEnumerable<(string Name, WeightEncoding Encoding)> Children => [("scales", Scales), ("inner", Inner)];

    /// <summary>The shape that scales have.</summary>
    /// <param name="shape">Shape of the weight.</param>
    /// <param name="axis">One of its axes, or <see cref="WholeWeight"/>.</param>
    /// <param name="block">Numbers along the axis that share a scale; 0: no blocks.</param>
    public static Shape ScaleShape(Shape shape, int axis, int block = 0) =>
        block > 0 ? shape.With(axis, (int)(((long)shape.Fixed[axis] + block - 1) / block)) : Shape.Of(axis == WholeWeight ? 1 : shape.Fixed[axis]);

    /// <inheritdoc/>
    public override void Decode(long start, Span<float> destination)
    {
        Inner.Decode(start, destination);
        using var scratch = new Rented<float>(Scales.Length);
        Multiply(start, Values(Scales, scratch.Span), destination, destination);
    }

    /// <inheritdoc/>
    public override void PullBack(ReadOnlySpan<float> gradient, LeafGradients into)
    {
        using var scratch = new Rented<float>(Scales.Length);
        using var whole = new Rented<float>(Length);
        Span<float> values = whole.Span;
        // dL/ds[c] = sum over channel c of dL/dw * inner
        Inner.Decode(0, values);
        using var sums = new Rented<double>(Scales.Length);
        SumByScale(gradient, values, sums.Span);
        Multiply(0, Values(Scales, scratch.Span), gradient, values);
        Inner.PullBack(values, into);
        Span<float> scaleGradient = scratch.Span;
        for (int c = 0; c < scaleGradient.Length; c++) scaleGradient[c] = (float)sums.Span[c];
        Scales.PullBack(scaleGradient, into);
    }

    /// <inheritdoc/>
    public override WeightEncoding MapLeaves(LeafMap map, LeafScope where)
    {
        WeightEncoding scales = Scales.MapLeaves(map, where.Child("scales", LeafRole.Scale));
        WeightEncoding inner = Inner.MapLeaves(map, where.Child("inner"));
        return scales == Scales && inner == Inner ? this : new Scaled(Axis, scales, inner, Block);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Along a blocked axis the blocks stay where every new block takes all of its numbers from one old block. Else the largest block that
    /// allows this is taken, at worst a scale for each number: exact, but more scales.
    /// </remarks>
    public override WeightEncoding Select(int axis, ReadOnlySpan<int> keep)
    {
        WeightEncoding inner = Inner.Select(axis, keep);
        if (axis != Axis) return new Scaled(Axis, Block > 0 ? Scales.Select(axis, keep) : Scales, inner, Block);
        if (Block == 0) return new Scaled(Axis, Scales.Select(0, keep), inner);
        int block = Block;
        while (!FitsBlocks(keep, block)) block--;
        var blocks = new int[(keep.Length + block - 1) / block];
        for (int b = 0; b < blocks.Length; b++) blocks[b] = keep[b * block] / Block;
        return new Scaled(Axis, Scales.Select(axis, blocks), inner, block);
    }

    /// <inheritdoc/>
    public override WeightEncoding Freeze()
    {
        WeightEncoding scales = Scales.Freeze(), inner = Inner.Freeze();
        return scales == Scales && inner == Inner ? this : new Scaled(Axis, scales, inner, Block);
    }

    /// <inheritdoc/>
    public override WeightEncoding Surrogate()
    {
        WeightEncoding scales = Scales.Surrogate(), inner = Inner.Surrogate();
        return scales == Scales && inner == Inner ? this : new Scaled(Axis, scales, inner, Block);
    }

    /// <inheritdoc/>
    /// <remarks>Blocks came later: a file without them has the axis, -1 for none; with blocks along axis a it has -2 - a, and then the block.</remarks>
    public override void Write(PartWriter parts)
    {
        parts.Integer("axis", Block > 0 ? WholeWeight - 1 - Axis : Axis);
        if (Block > 0) parts.Integer("block", Block);
        parts.Child("scales", Scales);
        parts.Child("inner", Inner);
    }

    private static Scaled Read(PartReader r)
    {
        int axis = (int)r.Integer("axis", WholeWeight - r.Shape.Rank, r.Shape.Rank - 1), block = 0;
        if (axis < WholeWeight)
        {
            axis = WholeWeight - 1 - axis;
            block = (int)r.Integer("block", 1, int.MaxValue);
        }
        Shape expected = ScaleShape(r.Shape, axis, block);
        WeightEncoding scales = r.Child("scales", checked((int)expected.Elements));
        WeightEncoding inner = r.Child("inner", r.Length);
        if (!inner.Shape.Equals(r.Shape)) throw r.Fail($"the scaled weight has the shape {r.Shape}, what is inside has {inner.Shape}.");
        if (!scales.Shape.Equals(expected)) throw r.Fail($"the scales have the shape {scales.Shape}, expected {expected}.");
        using var scratch = new Rented<float>(scales.Length);
        foreach (float scale in Values(scales, scratch.Span))
            if (!float.IsFinite(scale)) throw r.Fail($"a scale is {scale}; a finite number is needed.");
        return new Scaled(axis, scales, inner, block);
    }

    /// <summary>A dense leaf's own memory, or the decoded values in <paramref name="scratch"/>.</summary>
    internal static ReadOnlySpan<float> Values(WeightEncoding encoding, Span<float> scratch)
    {
        if (encoding is Dense dense) return dense.Values;
        encoding.Decode(0, scratch);
        return scratch;
    }

    private bool FitsBlocks(ReadOnlySpan<int> keep, int block)
    {
        for (int i = 0; i < keep.Length; i++)
            if (keep[i] / Block != keep[i / block * block] / Block) return false;
        return true;
    }

    // destination[i] = scale of element start + i * source[i]
    private void Multiply(long start, ReadOnlySpan<float> scales, ReadOnlySpan<float> source, Span<float> destination)
    {
        for (int i = 0; i < destination.Length;)
        {
            (int scale, bool isShared, int run) = Locate(start + i);
            run = Math.Min(run, destination.Length - i);
            Span<float> to = destination.Slice(i, run);
            ReadOnlySpan<float> from = source.Slice(i, run);
            if (isShared)
            {
                float shared = scales[scale];
                for (int k = 0; k < to.Length; k++) to[k] = from[k] * shared;
            }
            else
            {
                ReadOnlySpan<float> own = scales.Slice(scale, run);
                for (int k = 0; k < to.Length; k++) to[k] = from[k] * own[k];
            }
            i += run;
        }
    }

    private void SumByScale(ReadOnlySpan<float> gradient, ReadOnlySpan<float> values, Span<double> sums)
    {
        sums.Clear();
        for (int i = 0; i < values.Length;)
        {
            (int scale, bool isShared, int run) = Locate(i);
            double sum = 0;
            for (int k = 0; k < run; k++, i++)
                if (isShared) sum += (double)gradient[i] * values[i];
                else sums[scale + k] += (double)gradient[i] * values[i];
            if (isShared) sums[scale] += sum;
        }
    }

    /// <summary>The scale of an element, and of how many elements from there on: of all the same, or of each the one after.</summary>
    private (int Scale, bool IsShared, int Run) Locate(long element)
    {
        long row = element / _slices.Inner;
        int along = (int)(row % _slices.Length), left = (int)((row + 1) * _slices.Inner - element);
        if (Block == 0) return _slices.Inner == 1 ? (along, false, _slices.Length - along) : (along, true, left);
        int scale = (int)((row / _slices.Length * _blocks + along / Block) * _slices.Inner + element % _slices.Inner);
        return _slices.Inner == 1 ? (scale, true, Math.Min(Block - along % Block, _slices.Length - along)) : (scale, false, left);
    }
}
