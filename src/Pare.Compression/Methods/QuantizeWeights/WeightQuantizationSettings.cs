using Pare.Compression.Quantization;
using Pare.Compression.Settings;

namespace Pare.Compression.Methods;

/// <summary>How weights are rounded to integers: what all methods of quantization share.</summary>
public record WeightQuantizationSettings : MethodSettings
{
    /// <summary>Width of a weight.</summary>
    [Setting(Min = 1, Max = 8, Unit = "bits", Help = "width of a weight; 1 bit keeps the sign")]
    public virtual int WeightBits { get; init; } = 8;

    /// <summary>Which weights share a scale.</summary>
    [Setting(Help = "which weights share a scale: those of a layer, of an output channel, or blocks of a channel")]
    public WeightGranularity Per { get; init; } = WeightGranularity.Channel;

    /// <summary>Length of a block of weights with <c>per=group</c>.</summary>
    [Setting(Min = 1, Max = 65_536, Unit = "weights", Help = "length of a block with per=group")]
    public int GroupSize { get; init; } = 32;

    /// <summary>How the scale of weights is chosen.</summary>
    [Setting(Help = "how the scale of weights is chosen: nothing cut off, or the least squared error")]
    public WeightScale WeightScale { get; init; } = WeightScale.Max;

    internal WeightFormat WeightFormat => new(WeightBits, Per, WeightScale, GroupSize);
}
