using Pare.Compression.Evaluation;

namespace Pare.Compression.Quantization.Debugging;

/// <summary>Sums signal and noise, batch after batch.</summary>
internal struct NoiseSum
{
    private double _signal, _noise;
    private long _rows, _agreeing;
    private bool _broken;

    /// <summary>10 log10(sum of squares / sum of squared differences).</summary>
    public readonly double Decibels => _broken ? double.NegativeInfinity : _noise == 0 ? double.PositiveInfinity : 10 * Math.Log10(_signal / _noise);

    /// <summary>The ratio, and the fraction of rows that agree.</summary>
    public readonly OutputFidelity Fidelity => new(Decibels, _rows == 0 ? null : (double)_agreeing / _rows);

    /// <summary>Adds a value of both networks.</summary>
    public void Add(ReadOnlySpan<float> expected, ReadOnlySpan<float> found)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            double difference = (double)found[i] - expected[i];
            _signal += (double)expected[i] * expected[i];
            _noise += difference * difference;
        }
        _broken |= !double.IsFinite(_noise);
    }

    /// <summary>Adds outputs: rows of classes are compared by their greatest number too.</summary>
    public void AddOutput(Tensor expected, Tensor found)
    {
        Add(expected.Floats, found.Floats);
        if (expected.Shape.Rank < 2 || expected.Dims[1] < 2 || expected.Dims.Skip(2).Any(d => d != 1)) return;
        int classes = expected.Dims[1];
        for (int at = 0; at < expected.Length; at += classes, _rows++)
            if (Score.Agree(expected.Floats.Slice(at, classes), found.Floats.Slice(at, classes))) _agreeing++;
    }
}
