using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Pare;

/// <summary>The vector instructions that kernels may use. Injected, so that a test forces a lower level in one process.</summary>
/// <remarks>
/// The named levels never promise more than this machine and this runtime can do: <c>DOTNET_EnableAVX512=0</c> makes
/// <see cref="Avx512"/> equal to <see cref="Avx2"/>, <c>DOTNET_EnableAVXVNNI=0</c> <see cref="AvxVnni"/> equal to <see cref="Avx512"/>. Floating-point products give the same bits on every level of one machine,
/// except where a kernel says otherwise.
/// </remarks>
public sealed record CpuFeatures
{
    private CpuFeatures(bool vector512, bool avx2, bool vector128, bool byteProducts = false)
    {
        HasVector128 = vector128 && Vector128.IsHardwareAccelerated;
        HasAvx2 = avx2 && System.Runtime.Intrinsics.X86.Avx2.IsSupported && Fma.IsSupported;
        HasVector512 = vector512 && Avx512F.IsSupported && Avx512BW.IsSupported;
        HasAvxVnni = byteProducts && HasAvx2 && System.Runtime.Intrinsics.X86.AvxVnni.IsSupported;
        HasAvx512Vnni = byteProducts && HasVector512 && Leaf7Has(11);
        HasAvx512PopulationCount = byteProducts && HasVector512 && Leaf7Has(14);
    }

    /// <summary>Products of four pairs of bytes on 512-bit vectors (AVX-512 VNNI): emitted machine code alone uses them.</summary>
    public bool HasAvx512Vnni { get; }

    /// <summary>Counts of the ones in words of 64 bits on 512-bit vectors (AVX-512 VPOPCNTDQ): emitted machine code alone uses them.</summary>
    public bool HasAvx512PopulationCount { get; }

    /// <summary>Products of four pairs of bytes, summed in 32 bits, on 256-bit vectors (AVX-VNNI): integer networks alone use them.</summary>
    public bool HasAvxVnni { get; }

    /// <summary>512-bit vectors of AVX-512F and AVX-512BW.</summary>
    public bool HasVector512 { get; }

    /// <summary>256-bit vectors of AVX2 together with fused multiply-add.</summary>
    public bool HasAvx2 { get; }

    /// <summary>Portable 128-bit vectors (SSE2, ARM AdvSimd, WebAssembly).</summary>
    public bool HasVector128 { get; }

    /// <summary>No vector instructions at all: the level that defines the results.</summary>
    public static CpuFeatures Scalar { get; } = new(vector512: false, avx2: false, vector128: false);

    /// <summary>At most portable 128-bit vectors.</summary>
    public static CpuFeatures Vector128Only { get; } = new(vector512: false, avx2: false, vector128: true);

    /// <summary>At most AVX2 with fused multiply-add.</summary>
    public static CpuFeatures Avx2 { get; } = new(vector512: false, avx2: true, vector128: true);

    /// <summary>At most AVX-512F.</summary>
    public static CpuFeatures Avx512 { get; } = new(vector512: true, avx2: true, vector128: true);

    /// <summary>At most AVX-512F and AVX-VNNI; a machine may have one without the other.</summary>
    public static CpuFeatures AvxVnni { get; } = new(vector512: true, avx2: true, vector128: true, byteProducts: true);

    /// <summary>Everything this machine and this runtime can do.</summary>
    public static CpuFeatures Detect() => AvxVnni;

    /// <summary>The levels that differ on this machine, lowest first; the last one is <see cref="Detect"/>.</summary>
    public static IReadOnlyList<CpuFeatures> Levels() => [.. new[] { Scalar, Vector128Only, Avx2, Avx512, AvxVnni }.Distinct()];

    /// <summary>The level in words, for reports: "avx512-vnni", "avx512", "avx2-vnni", "avx2", "vector128" or "scalar".</summary>
    public string Describe() =>
        (HasVector512 ? "avx512" : HasAvx2 ? "avx2" : HasVector128 ? "vector128" : "scalar") + (HasAvxVnni ? "-vnni" : "");

    /// <inheritdoc/>
    public override string ToString() => Describe();

    // The bits of ecx that tell of AVX-512's later extensions; that the system keeps their registers follows from AVX-512F.
    private static bool Leaf7Has(int bit) => X86Base.IsSupported && X86Base.CpuId(0, 0).Eax >= 7 && (X86Base.CpuId(7, 0).Ecx >> bit & 1) != 0;
}
