using System.Buffers;
using Pare.Kernels.Products;

namespace Pare.Lowering;

/// <summary>A matrix for images with channels last: what stood at [channel, position] of its inner axis stands at [position, channel]. Decoded as it is asked for, so that no copy of it is held.</summary>
internal sealed class ReorderedWeight : WeightEncoding, IEquatable<ReorderedWeight>
{
    private readonly WeightEncoding _inner;
    private readonly int _channels, _positions;
    private readonly bool _rows;

    /// <summary>Wraps a matrix.</summary>
    /// <param name="inner">[outputs, channels * positions], or the other way round.</param>
    /// <param name="channels">Channels of the image.</param>
    /// <param name="positions">Height times width.</param>
    /// <param name="rows">The inner axis is that of the rows.</param>
    public ReorderedWeight(WeightEncoding inner, int channels, int positions, bool rows) : base(inner.Shape) =>
        (_inner, _channels, _positions, _rows) = (inner, channels, positions, rows);

    /// <inheritdoc/>
    public override string Kind => "reordered";

    /// <inheritdoc/>
    public override IEnumerable<(string Name, WeightEncoding Encoding)> Children => [("inner", _inner)];

    /// <inheritdoc/>
    public override void Decode(long start, Span<float> destination)
    {
        if (_rows) DecodeRows(start, destination);
        else DecodeColumns(start, destination);
    }

    /// <inheritdoc/>
    public bool Equals(ReorderedWeight? other) =>
        other is not null && ReferenceEquals(_inner, other._inner) && (_channels, _positions, _rows) == (other._channels, other._positions, other._rows);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ReorderedWeight);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_inner, _channels, _positions, _rows);

    /// <inheritdoc/>
    public override WeightEncoding Select(int axis, ReadOnlySpan<int> keep) => throw new NotSupportedException("A reordered weight is not cut.");

    /// <inheritdoc/>
    public override void PullBack(ReadOnlySpan<float> gradient, LeafGradients into) => throw new NotSupportedException("A reordered weight is not trained.");

    /// <inheritdoc/>
    public override WeightEncoding MapLeaves(LeafMap map, LeafScope where) => throw new NotSupportedException("A reordered weight has no leaves.");

    /// <inheritdoc/>
    public override void Write(PartWriter parts) => throw new NotSupportedException("A reordered weight is not written.");

    private void DecodeRows(long start, Span<float> destination)
    {
        int width = Shape.Fixed[1];
        while (!destination.IsEmpty)
        {
            (long row, long column) = Math.DivRem(start, width);
            (int position, int channel) = Math.DivRem((int)row, _channels);
            int count = (int)Math.Min(width - column, destination.Length);
            _inner.Decode((long)(channel * _positions + position) * width + column, destination[..count]);
            start += count;
            destination = destination[count..];
        }
    }

    // Whole rows are transposed, parts of a row are looked up.
    private unsafe void DecodeColumns(long start, Span<float> destination)
    {
        int width = Shape.Fixed[1];
        float[]? rented = _inner is Dense ? null : ArrayPool<float>.Shared.Rent(width);
        while (!destination.IsEmpty)
        {
            (long row, long column) = Math.DivRem(start, width);
            int count = (int)Math.Min(width - column, destination.Length);
            Span<float> given = _inner is Dense dense ? dense.Values.Slice(checked((int)(row * width)), width) : rented.AsSpan(0, width);
            if (rented is not null) _inner.Decode(row * width, given);
            if (count == width)
            {
                fixed (float* from = given, to = destination)
                    Transposer.Run(from, _positions, _channels, _positions, to, _channels);
            }
            else
            {
                for (int i = 0; i < count; i++)
                {
                    (int position, int channel) = Math.DivRem((int)column + i, _channels);
                    destination[i] = given[channel * _positions + position];
                }
            }
            start += count;
            destination = destination[count..];
        }
        if (rented is not null) ArrayPool<float>.Shared.Return(rented);
    }
}
