using System.Runtime.Intrinsics;

namespace Pare.Kernels.Vectors;

/// <summary>A vector of 8 numbers; a type of our own for the reason that <see cref="Floats16"/> gives.</summary>
internal struct Floats8
{
    public Vector256<float> Value;
}
