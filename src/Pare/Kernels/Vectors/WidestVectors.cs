namespace Pare.Kernels.Vectors;

/// <summary>What one source text is for vectors of each width: code of tiles, loops. It is made once, when the first plan asks for that width.</summary>
/// <remarks>
/// Each width is named where one of these is made, as Make&lt;Ops512, Floats16&gt;, and not reached through another type parameter:
/// compilation ahead of time finds the code only so.
/// </remarks>
/// <param name="of512">Makes that of 512 bits.</param>
/// <param name="of256">Makes that of 256 bits.</param>
/// <param name="of128">Makes that of 128 bits.</param>
/// <param name="ofOne">Makes that of single numbers.</param>
internal sealed class WidestVectors<TMade>(Func<TMade> of512, Func<TMade> of256, Func<TMade> of128, Func<TMade> ofOne) where TMade : class
{
    private TMade? _of512, _of256, _of128, _ofOne;

    /// <summary>That of the widest vectors that a processor may use.</summary>
    public TMade Of(CpuFeatures cpu) =>
        cpu.HasVector512 ? _of512 ??= of512() : cpu.HasAvx2 ? _of256 ??= of256() : cpu.HasVector128 ? _of128 ??= of128() : _ofOne ??= ofOne();
}
