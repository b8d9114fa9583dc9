using System.Runtime.Intrinsics;

namespace Pare.Kernels.Vectors;

/// <summary>A vector of 16 numbers.</summary>
/// <remarks>
/// A type of our own around the runtime's, because only generic code over own types can be compiled before the program runs (ReadyToRun):
/// compiling the loops of a network takes longer than its first run.
/// </remarks>
internal struct Floats16
{
    public Vector512<float> Value;
}
