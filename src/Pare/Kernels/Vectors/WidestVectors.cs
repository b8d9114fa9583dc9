using System.Runtime.Intrinsics;

namespace Pare.Kernels.Vectors;

/// <summary>Makes what one source text is for vectors of a width: code of tiles, loops.</summary>
internal interface IVectorMaker<TMade> where TMade : class
{
    /// <summary>Makes it.</summary>
    static abstract TMade Make<TOps, TVector>() where TOps : struct, IVectorOps<TVector> where TVector : unmanaged;
}

/// <summary>What a maker makes, once for each width, when the first plan asks for it.</summary>
internal static class WidestVectors<TMaker, TMade> where TMaker : struct, IVectorMaker<TMade> where TMade : class
{
    /// <summary>That of the widest vectors that a processor may use.</summary>
    public static TMade Of(CpuFeatures cpu) =>
        cpu.HasVector512 ? Made<Ops512, Floats16>.Value : cpu.HasAvx2 ? Made<Ops256, Floats8>.Value
        : cpu.HasVector128 ? Made<Ops128, Vector128<float>>.Value : Made<OpsScalar, float>.Value;

    private static class Made<TOps, TVector> where TOps : struct, IVectorOps<TVector> where TVector : unmanaged
    {
        public static readonly TMade Value = TMaker.Make<TOps, TVector>();
    }
}
