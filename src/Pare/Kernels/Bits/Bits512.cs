using System.Runtime.Intrinsics;

namespace Pare.Kernels.Bits;

/// <summary>A vector of 512 bits; a type of our own for the reason that <see cref="Vectors.Floats16"/> gives.</summary>
internal struct Bits512
{
    public Vector512<uint> Value;
}
