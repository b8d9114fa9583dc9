namespace Pare.Formats.Onnx;

/// <summary>How a model is written as ONNX.</summary>
public sealed record OnnxWriteOptions
{
    /// <summary>The most bytes of initializers that may stay in the file: a message of the format ends at 2 GiB.</summary>
    public const long MostInlineBytes = 2_000_000_000;

    private readonly long _inlineLimitBytes = 1L << 30;
    private readonly int? _opset;

    /// <summary>
    /// The opset to write, 7 to 27; null writes the model's own (<see cref="Metadata.Opset"/>), or a newer one where quantized weights need it:
    /// 10, 13 for a scale for each channel, 21 for 4 and 16 bits and for blocks.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in that range.</exception>
    public int? Opset
    {
        get => _opset;
        init
        {
            if (value is { } opset)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(opset, OnnxOpset.Oldest, nameof(value));
                ArgumentOutOfRangeException.ThrowIfGreaterThan(opset, OnnxOpset.Newest, nameof(value));
            }
            _opset = value;
        }
    }

    /// <summary>How quantized weights and layers are written.</summary>
    public QuantizedForm Quantized { get; init; }

    /// <summary>
    /// A model with more bytes of initializers than this keeps them in a second file beside it (external data); 0 forces that, the
    /// default is 1 GiB.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not in 0 to <see cref="MostInlineBytes"/>.</exception>
    public long InlineLimitBytes
    {
        get => _inlineLimitBytes;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MostInlineBytes);
            _inlineLimitBytes = value;
        }
    }
}
