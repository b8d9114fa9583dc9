using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Pare.Compression.Data;

/// <summary>Samples of one shape and their labels, in memory and immutable.</summary>
/// <remarks>
/// Bytes (pictures) are kept as bytes, everything else as floats; samples stand one after another, pictures as [C, H, W].
/// Subsets share the storage of the set they come from.
/// </remarks>
public sealed class DataSet
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly ReadOnlyMemory<float> _floats;
    private readonly int[]? _labels;
    private readonly int[]? _index; // sample i of a subset is stored sample _index[i]; null: all of them in stored order
    private readonly Lazy<string> _hash;

    private DataSet(
        string name, ImmutableArray<int> shape, int classes, ReadOnlyMemory<byte> bytes, ReadOnlyMemory<float> floats, bool isBytes,
        int[]? labels, int[]? index, int count)
    {
        (Name, SampleShape, Classes, IsBytes, Count) = (name, shape, classes, isBytes, count);
        (_bytes, _floats, _labels, _index) = (bytes, floats, labels, index);
        SampleLength = shape.Aggregate(1, (product, dim) => product * dim);
        _hash = new Lazy<string>(ComputeHash);
    }

    /// <summary>Where the set comes from, for messages.</summary>
    public string Name { get; }

    /// <summary>The shape of one sample: [C, H, W] or [D].</summary>
    public ImmutableArray<int> SampleShape { get; }

    /// <summary>How many numbers one sample has.</summary>
    public int SampleLength { get; }

    /// <summary>How many classes there are: labels lie in 0..Classes-1; 0 where the set has no labels.</summary>
    public int Classes { get; }

    /// <summary>How many samples there are.</summary>
    public int Count { get; }

    /// <summary>Whether samples are bytes (0..255) rather than floats.</summary>
    public bool IsBytes { get; }

    /// <summary>SHA-256, in lower-case hexadecimal, over kind, shape, count, classes, samples and labels; the name does not enter. Computed
    /// once, when first asked for.</summary>
    public string ContentHash => _hash.Value;

    /// <summary>Makes a set of byte samples. The memory is taken over, not copied: do not change it afterwards.</summary>
    /// <param name="name">Where the set comes from, for messages.</param>
    /// <param name="shape">[C, H, W] or [D].</param>
    /// <param name="classes">How many classes there are; 0 without labels.</param>
    /// <param name="samples">All samples, one after another.</param>
    /// <param name="labels">One a sample, in 0..classes-1; null where there are none.</param>
    /// <exception cref="DataException">The shape is wrong, counts differ, or a label is out of range.</exception>
    public static DataSet FromBytes(string name, ImmutableArray<int> shape, int classes, ReadOnlyMemory<byte> samples, int[]? labels)
    {
        int count = Check(name, shape, classes, samples.Length, labels);
        return new DataSet(name, shape, classes, samples, default, isBytes: true, labels, index: null, count);
    }

    /// <summary>Makes a set of float samples. The memory is taken over, not copied: do not change it afterwards.</summary>
    /// <param name="name">Where the set comes from, for messages.</param>
    /// <param name="shape">[C, H, W] or [D].</param>
    /// <param name="classes">How many classes there are; 0 without labels.</param>
    /// <param name="samples">All samples, one after another; NaN and infinity are not allowed.</param>
    /// <param name="labels">One a sample, in 0..classes-1; null where there are none.</param>
    /// <exception cref="DataException">The shape is wrong, counts differ, a label is out of range, or a number is not finite.</exception>
    public static DataSet FromFloats(string name, ImmutableArray<int> shape, int classes, ReadOnlyMemory<float> samples, int[]? labels)
    {
        int count = Check(name, shape, classes, samples.Length, labels);
        ReadOnlySpan<float> all = samples.Span;
        for (int i = 0; i < all.Length; i++)
        {
            if (!float.IsFinite(all[i]))
            {
                int length = all.Length / count;
                throw new DataException(
                    $"Data '{name}': sample {i / length} has {all[i]} at position {i % length}; every number must be finite.");
            }
        }

        return new DataSet(name, shape, classes, default, samples, isBytes: false, labels, index: null, count);
    }

    /// <summary>The class of sample <paramref name="index"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is not in 0..Count-1.</exception>
    /// <exception cref="DataException">The set has no labels.</exception>
    public int Label(int index)
    {
        int stored = Stored(index);
        return _labels is null ? throw new DataException($"Data '{Name}' has no labels; this needs one class number a sample.") : _labels[stored];
    }

    /// <summary>Copies the stored values of sample <paramref name="index"/>, without preprocessing.</summary>
    /// <param name="index">In 0..Count-1.</param>
    /// <param name="destination">At least <see cref="SampleLength"/> numbers.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is not in 0..Count-1.</exception>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public void Read(int index, Span<float> destination)
    {
        if (destination.Length < SampleLength)
            throw new ArgumentException($"The destination holds {destination.Length} numbers, a sample has {SampleLength}.", nameof(destination));
        if (!IsBytes)
        {
            Floats(index).CopyTo(destination);
            return;
        }

        ReadOnlySpan<byte> from = Bytes(index);
        for (int i = 0; i < from.Length; i++)
            destination[i] = from[i];
    }

    /// <summary>The samples of the given numbers, in that order; a number may stand more than once.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is not in 0..Count-1.</exception>
    public DataSet Subset(ReadOnlySpan<int> indices)
    {
        var index = new int[indices.Length];
        for (int i = 0; i < index.Length; i++)
            index[i] = Stored(indices[i]);
        return new DataSet(Name, SampleShape, Classes, _bytes, _floats, IsBytes, _labels, index, index.Length);
    }

    /// <summary>The <paramref name="count"/> samples from <paramref name="start"/> on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range does not lie in 0..Count.</exception>
    public DataSet Slice(int start, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count - start);
        int[] indices = [.. Enumerable.Range(start, count)];
        return Subset(indices);
    }

    /// <summary>Takes <paramref name="count"/> samples out for validation, chosen by the seed alone, whatever their classes.</summary>
    /// <param name="count">How many, in 1..Count-1.</param>
    /// <param name="seed">The same seed chooses the same samples.</param>
    /// <returns>Both parts, each in the order of this set.</returns>
    /// <exception cref="DataException">There are not more than <paramref name="count"/> samples.</exception>
    public (DataSet Train, DataSet Validation) Split(int count, ulong seed)
    {
        if (count < 1 || count >= Count)
            throw new DataException(
                $"Data '{Name}' has {Count} samples, so {count} cannot be taken out for validation; expected 1 to {Count - 1}.");
        int[] order = [.. Enumerable.Range(0, Count)];
        new Rng(seed, Streams.Split).Shuffle<int>(order);
        int[] validation = order[..count], train = order[count..];
        Array.Sort(validation);
        Array.Sort(train);
        return (Subset(train), Subset(validation));
    }

    internal bool HasLabels => _labels is not null;

    internal ReadOnlySpan<byte> Bytes(int index) => _bytes.Span.Slice(Stored(index) * SampleLength, SampleLength);

    internal ReadOnlySpan<float> Floats(int index) => _floats.Span.Slice(Stored(index) * SampleLength, SampleLength);

    internal DataSet WithName(string name) => new(name, SampleShape, Classes, _bytes, _floats, IsBytes, _labels, _index, Count);

    private int Stored(int index)
    {
        if ((uint)index >= (uint)Count)
            throw new ArgumentOutOfRangeException(nameof(index), index, $"Data '{Name}' has samples 0 to {Count - 1}.");
        return _index is null ? index : _index[index];
    }

    private static int Check(string name, ImmutableArray<int> shape, int classes, int length, int[]? labels)
    {
        string text = $"[{string.Join(", ", shape)}]";
        if (shape.Length is not (1 or 3) || shape.Any(dim => dim < 1))
            throw new DataException($"Data '{name}': the sample shape is {text}; expected [C, H, W] or [D], each at least 1.");
        long one = 1;
        foreach (int dim in shape)
        {
            one *= dim;
            if (one > Array.MaxLength)
                throw new DataException($"Data '{name}': a sample of shape {text} is too large; at most {Array.MaxLength} numbers.");
        }

        if (length == 0 || length % one != 0)
            throw new DataException(
                $"Data '{name}': {length} numbers are not a whole positive number of samples of shape {text} ({one} numbers each).");
        int count = (int)(length / one);
        if (labels is null)
            return classes == 0 ? count : throw new DataException($"Data '{name}': {classes} classes, but no labels.");
        if (labels.Length != count)
            throw new DataException($"Data '{name}': {count} samples, but {labels.Length} labels; the counts must be equal.");
        for (int i = 0; i < labels.Length; i++)
        {
            if ((uint)labels[i] >= (uint)classes)
                throw new DataException($"Data '{name}': sample {i} has label {labels[i]}; expected 0 to {classes - 1}.");
        }

        return count;
    }

    private string ComputeHash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[4];
        Append(hash, IsBytes ? 1 : 4, number);
        Append(hash, SampleShape.Length, number);
        foreach (int dim in SampleShape)
            Append(hash, dim, number);
        Append(hash, Count, number);
        Append(hash, Classes, number);
        for (int i = 0; i < Count; i++)
            hash.AppendData(IsBytes ? Bytes(i) : MemoryMarshal.AsBytes(Floats(i))); // little-endian, as all platforms of .NET 10 that we run on
        for (int i = 0; i < Count && _labels is not null; i++)
            Append(hash, Label(i), number);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, int value, Span<byte> number)
    {
        BinaryPrimitives.WriteInt32LittleEndian(number, value);
        hash.AppendData(number);
    }
}
