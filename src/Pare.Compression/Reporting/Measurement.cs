namespace Pare.Compression.Reporting;

/// <summary>A model in numbers.</summary>
public sealed record Measurement
{
    /// <summary>The whole file; for the model that came in, 4 bytes for each parameter.</summary>
    public long Bytes { get; init; }

    /// <summary>4 bytes for each parameter over <see cref="Bytes"/>.</summary>
    public double Ratio { get; init; }

    /// <summary>Trainable numbers of the network, however they are stored; null in reports of older versions.</summary>
    public long? Parameters { get; init; }

    /// <summary>Multiply-accumulates of one run at batch 1; null in reports of older versions.</summary>
    public long? Macs { get; init; }

    /// <summary>On the validation samples, or null.</summary>
    public Quality? Validation { get; init; }

    /// <summary>On the test set, which is read once at the end; or null.</summary>
    public Quality? Test { get; init; }

    /// <summary>Milliseconds of one inference at batch 1, the median; or null.</summary>
    public double? LatencyMilliseconds { get; init; }
}
