using System.Runtime.Intrinsics;

namespace Pare.Kernels.Loops;

/// <summary>A formula of one number and two attributes, or its slope, for eight numbers at a time.</summary>
internal interface IUnary
{
    /// <summary>Eight results.</summary>
    static abstract Vector256<float> Apply(Vector256<float> x, Vector256<float> a, Vector256<float> b);
}
