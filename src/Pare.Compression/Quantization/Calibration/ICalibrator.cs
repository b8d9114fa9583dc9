namespace Pare.Compression.Quantization;

/// <summary>Watches the numbers of a value, batch after batch, and says which range of them to quantize. Its memory does not grow with their number.</summary>
public interface ICalibrator
{
    /// <summary>Watches a batch.</summary>
    /// <param name="values">Finite numbers, sample after sample.</param>
    /// <param name="samples">How many samples they are.</param>
    void Add(ReadOnlySpan<float> values, int samples);

    /// <summary>The range to quantize; it always holds 0. Nothing seen gives 0..0.</summary>
    ActivationRange Range();
}
