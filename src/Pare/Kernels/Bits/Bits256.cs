using System.Runtime.Intrinsics;

namespace Pare.Kernels.Bits;

/// <summary>A vector of 256 bits; a type of our own for the reason that <see cref="Vectors.Floats8"/> gives.</summary>
internal struct Bits256
{
    public Vector256<uint> Value;
}
