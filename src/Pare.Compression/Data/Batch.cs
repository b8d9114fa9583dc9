namespace Pare.Compression.Data;

/// <summary>Preprocessed samples for one step. Its memory belongs to the loader and is written again after the next call of
/// <see cref="BatchLoader.TryNext"/>.</summary>
public sealed class Batch
{
    private readonly float[] _inputs;
    private readonly int[] _labels, _samples;
    private readonly int _sampleLength;

    internal Batch(int capacity, int sampleLength)
    {
        _inputs = new float[checked(capacity * sampleLength)];
        (_labels, _samples, _sampleLength) = (new int[capacity], new int[capacity], sampleLength);
    }

    /// <summary>How many samples it has: the batch size, or fewer in the last batch of an epoch.</summary>
    public int Count { get; private set; }

    /// <summary>The epoch it belongs to, from 0 on.</summary>
    public int Epoch { get; private set; }

    /// <summary>Its position in the epoch, from 0 on.</summary>
    public int Index { get; private set; }

    /// <summary>The inputs, sample after sample, each in <see cref="Preprocessing.InputShape"/>.</summary>
    public Memory<float> Inputs => _inputs.AsMemory(0, Count * _sampleLength);

    /// <summary>The class of each sample; -1 where the data set has no labels.</summary>
    public Memory<int> Labels => _labels.AsMemory(0, Count);

    /// <summary>The number of each sample in the data set.</summary>
    public Memory<int> Samples => _samples.AsMemory(0, Count);

    internal void Start(int epoch, int index, int count) => (Epoch, Index, Count) = (epoch, index, count);
}
