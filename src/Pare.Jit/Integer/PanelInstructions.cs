using System.Runtime.Versioning;
using Pare.Kernels;
using Pare.Kernels.Convolutions;
using Pare.Kernels.Integer.Products;

namespace Pare.Jit.Integer;

/// <summary>Products of bytes by vpdpbusd on 512-bit vectors (AVX-512 VNNI), which .NET has no words for.</summary>
[SupportedOSPlatform("linux")]
internal sealed class PanelInstructions : IntegerInstructions
{
    /// <summary>Sums of a vector.</summary>
    public const int LanesOfVector = 16;

    private const float MostFactor = 0.5f;      // |sum| < 2^31, so |sum * factor| < 2^30: conversions cannot overflow
    private const int MostUnitsOfWide = 128;    // weights of a panel of four vectors that stay in the first cache

    private static readonly PanelInstructions Instance = new();

    private PanelInstructions() { }

    /// <inheritdoc/>
    public override int Lanes => LanesOfVector;

    /// <inheritdoc/>
    public override int NumbersOfUnit => 4;

    /// <inheritdoc/>
    public override double Speed => 1.7;

    /// <summary>For a node whose weights are bytes and whose factors are as small as they always are; null for others.</summary>
    public static IntegerInstructions? Of(KernelQuery query)
    {
        if (!query.Cpu.HasAvx512Vnni || query.Inputs[1]!.DType != DType.I8) return null;
        foreach (float factor in query.Constant(3)!.Floats)
            if (factor > MostFactor) return null;
        return Instance;
    }

    /// <inheritdoc/>
    public override int MaxVectors(in ConvShape shape) => Blocks(shape) <= MostUnitsOfWide ? 4 : 2;

    /// <inheritdoc/>
    public override IntegerCode Code(IntegerPixels pixels) => new PanelCode(pixels);

    private static int Blocks(in ConvShape shape) => (shape.GroupChannels * shape.Taps + 3) / 4;
}
