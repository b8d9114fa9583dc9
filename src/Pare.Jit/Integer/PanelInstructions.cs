using System.Runtime.Versioning;
using Pare.Kernels;
using Pare.Kernels.Convolutions;
using Pare.Kernels.Integer.Products;

namespace Pare.Jit.Integer;

/// <summary>Products of bytes by vpdpbusd on 512-bit vectors (AVX-512 VNNI), which .NET has no words for; weights of fewer bits lie packed, and become bytes in registers.</summary>
/// <param name="form">How weights lie in memory.</param>
[SupportedOSPlatform("linux")]
internal sealed class PanelInstructions(PanelWeights form) : IntegerInstructions
{
    /// <summary>Sums of a vector.</summary>
    public const int LanesOfVector = 16;

    private const float MostFactor = 0.5f;      // |sum| < 2^31, so |sum * factor| < 2^30: conversions cannot overflow
    private const float LeastFactor = 1e-30f;   // smaller ones would lose bits where sums are shifted
    private const int MostUnitsOfWide = 128;    // weights of a panel of four vectors that stay in the first cache

    /// <inheritdoc/>
    public override int Lanes => LanesOfVector;

    /// <inheritdoc/>
    public override int NumbersOfUnit => 4;

    /// <inheritdoc/>
    public override int UnitsOfWord => form.UnitsOfWord;

    /// <inheritdoc/>
    public override int SumShift => form.SumShift;

    /// <inheritdoc/>
    public override string Form => form.IsPlain ? "" : $", {form}";

    /// <inheritdoc/>
    public override double Speed => 2.9;

    /// <summary>For a node whose weights are bytes and whose factors are as small as they always are; null for others.</summary>
    public static IntegerInstructions? Of(KernelQuery query) => Takes(query) ? new PanelInstructions(PanelWeights.Of(query)) : null;

    /// <summary>Whether the processor, the weights and the factors of a node are such.</summary>
    public static bool Takes(KernelQuery query)
    {
        if (!query.Cpu.HasAvx512Vnni || query.Inputs[1]!.DType != DType.I8) return false;
        foreach (float factor in query.Constant(3)!.Floats)
            if (factor > MostFactor || (factor != 0 && factor < LeastFactor)) return false;
        return true;
    }

    /// <inheritdoc/>
    public override int MaxVectors(in ConvShape shape) => (shape.GroupChannels * shape.Taps + 3) / 4 <= MostUnitsOfWide ? 4 : 2;

    /// <inheritdoc/>
    public override void Compress(ReadOnlySpan<byte> units, Span<byte> to) => form.Compress(units, to);

    /// <inheritdoc/>
    public override IntegerCode Code(IntegerPixels pixels) => new PanelCode(pixels, form);
}
