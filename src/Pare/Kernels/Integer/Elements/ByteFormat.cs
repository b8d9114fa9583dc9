namespace Pare.Kernels.Integer.Elements;

/// <summary>How bytes become integers less their zero point: value = (byte ^ Flip) - Less. The flip of the sign makes I8 unsigned, 128 more than it was.</summary>
/// <param name="type">U8 or I8.</param>
/// <param name="zero">The zero point.</param>
internal readonly struct ByteFormat(DType type, int zero)
{
    /// <summary>0x80 for I8, 0 for U8.</summary>
    public readonly int Flip = type == DType.I8 ? 0x80 : 0;

    /// <summary>The zero point as an unsigned byte.</summary>
    public readonly int Less = type == DType.I8 ? zero + 128 : zero;
}
