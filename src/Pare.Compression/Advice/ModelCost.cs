using Pare.Formats.Container;
using Pare.Inspection;

namespace Pare.Compression.Advice;

/// <summary>What a model costs, exactly; it depends neither on the values of plain weights nor on the machine.</summary>
/// <param name="Parameters">Trained numbers.</param>
/// <param name="Bytes">The whole <c>.pare</c> file without entropy coding.</param>
/// <param name="Macs">Multiply-accumulates of one run at batch 1.</param>
/// <param name="MemoryBytes">Peak memory of activations in a plan at batch 1; null where the model cannot be planned.</param>
public sealed record ModelCost(long Parameters, long Bytes, long Macs, long? MemoryBytes)
{
    private static readonly ContainerOptions Plain = new() { EntropyCoding = EntropyCoding.None };

    /// <summary>Measures a model.</summary>
    public static ModelCost Of(Model model)
    {
        Profile profile = Profile.Of(model, new ProfileOptions { Memory = true, Threads = 1 });
        return new ModelCost(profile.Parameters, ContainerWriter.Measure(model, Plain).TotalBytes, profile.Macs, profile.Memory?.ActivationBytes);
    }
}
