using System.Runtime.Intrinsics;

namespace Pare.Kernels.Integer.Products;

/// <summary>A vector of 16 integers; a type of our own for the reason that <see cref="Vectors.Floats16"/> gives.</summary>
internal struct Ints16
{
    public Vector512<int> Value;
}
