using System.Numerics;

namespace Pare.Encodings;

/// <summary>w = table[index]: weights that share a few values.</summary>
/// <remarks>
/// The table is a tree of its own (its leaf has the role Table), so a table may be stored in 8 bits. The gradient of an entry is the
/// sum over its cluster: Han, Mao, Dally, "Deep Compression", ICLR 2016, section 3.3.
/// </remarks>
public sealed class Codebook : WeightEncoding
{
    /// <summary>The most entries that a table can have.</summary>
    public const int MaxEntries = 1 << 16;

    private const int Chunk = 1024;

    /// <summary>Wraps indices and their table.</summary>
    /// <param name="shape">Fixed shape.</param>
    /// <param name="indices">As many as the shape has elements, each below the table's length.</param>
    /// <param name="table">Shape [K], K of 1 to 65,536.</param>
    /// <exception cref="ArgumentException">A length does not fit, or an index is not in the table.</exception>
    public Codebook(Shape shape, Codes indices, WeightEncoding table) : this(shape, indices, table, isChecked: false) { }

    private Codebook(Shape shape, Codes indices, WeightEncoding table, bool isChecked) : base(shape)
    {
        if (indices.Count != Length) throw new ArgumentException($"{shape} has {Length} elements, {indices.Count} indices are given.", nameof(indices));
        if (table.Shape.Rank != 1 || table.Length is < 1 or > MaxEntries)
            throw new ArgumentException($"The table has the shape {table.Shape}, it must be [K] with K of 1 to {MaxEntries}.", nameof(table));
        if (!isChecked && table.Length < 1 << indices.Bits && Greatest(indices) is int greatest && greatest >= table.Length)
            throw new ArgumentException($"The index {greatest} is not in the table of {table.Length} entries.", nameof(indices));
        Indices = indices;
        Table = table;
    }

    /// <summary>How a codebook is read from a file.</summary>
    public static EncodingSpec Spec { get; } = new("codebook", Read);

    /// <summary>For each weight the table entry that it shares.</summary>
    public Codes Indices { get; }

    /// <summary>The shared values, shape [K].</summary>
    public WeightEncoding Table { get; }

    /// <inheritdoc/>
    public override string Kind => Spec.Name;

    /// <inheritdoc/>
    public override IEnumerable<(string Name, WeightEncoding Encoding)> Children => [("table", Table)];

    /// <summary>A codebook of the fewest bits for a dense table.</summary>
    /// <param name="shape">Fixed shape.</param>
    /// <param name="indices">As many as the shape has elements.</param>
    /// <param name="centroids">1 to 65,536 values; copied.</param>
    /// <exception cref="ArgumentException">A length does not fit, or an index is not in the table.</exception>
    public static Codebook Of(Shape shape, ReadOnlySpan<ushort> indices, ReadOnlySpan<float> centroids)
    {
        var table = new Dense(Shape.Of(centroids.Length), centroids.ToArray());
        return new Codebook(shape, Codes.Pack(BitsFor(centroids.Length), indices), table);
    }

    /// <summary>The fewest bits of an index into a table of that many entries: 1 to 16.</summary>
    public static int BitsFor(int entries) => Math.Clamp(32 - BitOperations.LeadingZeroCount((uint)(entries - 1)), 1, 16);

    /// <inheritdoc/>
    public override void Decode(long start, Span<float> destination)
    {
        using var scratch = new Rented<float>(Table.Length);
        ReadOnlySpan<float> table = Scaled.Values(Table, scratch.Span);
        Span<ushort> indices = stackalloc ushort[Chunk];
        for (int i = 0; i < destination.Length; i += Chunk)
        {
            Span<float> to = destination.Slice(i, Math.Min(Chunk, destination.Length - i));
            Span<ushort> from = indices[..to.Length];
            Indices.Unpack(checked((int)(start + i)), from);
            for (int k = 0; k < to.Length; k++) to[k] = table[from[k]];
        }
    }

    /// <inheritdoc/>
    public override void PullBack(ReadOnlySpan<float> gradient, LeafGradients into)
    {
        using var scratch = new Rented<double>(Table.Length);
        Span<double> sums = scratch.Span;
        sums.Clear();
        Span<ushort> indices = stackalloc ushort[Chunk];
        for (int i = 0; i < gradient.Length; i += Chunk)
        {
            ReadOnlySpan<float> from = gradient.Slice(i, Math.Min(Chunk, gradient.Length - i));
            Span<ushort> entries = indices[..from.Length];
            Indices.Unpack(i, entries);
            for (int k = 0; k < from.Length; k++) sums[entries[k]] += from[k];
        }
        using var rounded = new Rented<float>(Table.Length);
        Span<float> tableGradient = rounded.Span;
        for (int k = 0; k < tableGradient.Length; k++) tableGradient[k] = (float)sums[k];
        Table.PullBack(tableGradient, into);
    }

    /// <inheritdoc/>
    public override WeightEncoding MapLeaves(LeafMap map, LeafScope where) => WithTable(Table.MapLeaves(map, where.Child("table", LeafRole.Table)));

    /// <inheritdoc/>
    public override WeightEncoding Select(int axis, ReadOnlySpan<int> keep) =>
        new Codebook(Shape.With(axis, keep.Length), Indices.Select(AxisSlices.Of(Shape, axis), keep), Table, isChecked: true);

    /// <inheritdoc/>
    public override WeightEncoding Freeze() => WithTable(Table.Freeze());

    /// <inheritdoc/>
    public override WeightEncoding Surrogate() => WithTable(Table.Surrogate());

    /// <inheritdoc/>
    public override void Write(PartWriter parts)
    {
        parts.Integer("bits", Indices.Bits);
        parts.Child("table", Table);
        using var indices = new Rented<ushort>(Length);
        Indices.Unpack(0, indices.Span);
        parts.Symbols("indices", Indices.Bits, indices.Span);
    }

    private static Codebook Read(PartReader r)
    {
        int bits = (int)r.Integer("bits", 1, 16);
        WeightEncoding table = r.Child("table", MaxEntries);
        if (table.Shape.Rank != 1 || table.Length == 0) throw r.Fail($"the table has the shape {table.Shape}, it must be [K] with K of 1 to {MaxEntries}.");
        ushort[] indices = r.Symbols("indices", bits, r.Length);
        if (indices.Length != r.Length) throw r.Fail($"{indices.Length} indices for {r.Shape}.");
        foreach (ushort index in indices)
            if (index >= table.Length) throw r.Fail($"the index {index} is not in the table of {table.Length} entries.");
        return new Codebook(r.Shape, Codes.Pack(bits, indices), table, isChecked: true);
    }

    private Codebook WithTable(WeightEncoding table)
    {
        if (table == Table) return this;
        return table.Shape.Equals(Table.Shape)
            ? new Codebook(Shape, Indices, table, isChecked: true)
            : throw new ArgumentException($"The new table has the shape {table.Shape}, not {Table.Shape}.", nameof(table));
    }

    private static int? Greatest(Codes codes)
    {
        int? greatest = null;
        Span<ushort> chunk = stackalloc ushort[Chunk];
        for (int i = 0; i < codes.Count; i += Chunk)
        {
            Span<ushort> some = chunk[..Math.Min(Chunk, codes.Count - i)];
            codes.Unpack(i, some);
            foreach (ushort code in some) greatest = Math.Max(greatest ?? 0, code);
        }
        return greatest;
    }
}
