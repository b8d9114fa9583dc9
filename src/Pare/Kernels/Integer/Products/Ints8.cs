using System.Runtime.Intrinsics;

namespace Pare.Kernels.Integer.Products;

/// <summary>A vector of 8 integers; a type of our own for the reason that <see cref="Vectors.Floats16"/> gives.</summary>
internal struct Ints8
{
    public Vector256<int> Value;
}
