using System.Runtime.Intrinsics;
using Pare.Kernels.Products;
using Pare.Kernels.Vectors;

namespace Pare.Kernels.Convolutions.Last.Winograd;

/// <summary>The strips of one instruction set: how long they may be, and the code of each size.</summary>
internal sealed unsafe class WinogradStrips
{
    private static readonly WidestVectors<WinogradStrips> Widths = new(Make<Ops512, Floats16>, Make<Ops256, Floats8>, Make<Ops128, Vector128<float>>, Make<OpsScalar, float>);

    private const int MostTiles = 16, MostVectors = 4;

    private readonly delegate*<WinogradStrip*, void>[,] _code = new delegate*<WinogradStrip*, void>[MostVectors + 1, MostTiles + 1];
    private readonly bool _manyRegisters;

    private WinogradStrips(bool manyRegisters) => _manyRegisters = manyRegisters;

    /// <summary>Most tiles of a strip of so many vectors.</summary>
    public int MaxTiles(int vectors) => (vectors, _manyRegisters) switch
    {
        (1, true) => WinogradStrip1<OpsScalar, float>.MaxTiles,
        (1, _) => 12,                          // 12 sums, a weight and a number in 16 registers
        (2, true) => WinogradStrip2<OpsScalar, float>.MaxTiles,
        (2, _) => 6,
        (3, true) => WinogradStrip3<OpsScalar, float>.MaxTiles,
        (4, true) => WinogradStrip4<OpsScalar, float>.MaxTiles,
        _ => throw new ArgumentOutOfRangeException(nameof(vectors), vectors, "Strips have 1 to 4 vectors, with few registers 1 or 2."),
    };

    /// <summary>The code of a strip, compiled at its first call.</summary>
    /// <param name="vectors">1 to as many as panels have.</param>
    /// <param name="tiles">1 to <see cref="MaxTiles"/>.</param>
    public delegate*<WinogradStrip*, void> Code(int vectors, int tiles) => _code[vectors, tiles];

    /// <summary>The strips for a processor.</summary>
    public static WinogradStrips Of(CpuFeatures cpu) => Widths.Of(cpu);

    private static WinogradStrips Make<TOps, TVector>() where TOps : struct, IVectorOps<TVector> where TVector : unmanaged
    {
        var strips = new WinogradStrips(TOps.ManyRegisters);
        Fill<TOps, TVector, N1>(strips);
        Fill<TOps, TVector, N2>(strips);
        Fill<TOps, TVector, N3>(strips);
        Fill<TOps, TVector, N4>(strips);
        Fill<TOps, TVector, N5>(strips);
        Fill<TOps, TVector, N6>(strips);
        Fill<TOps, TVector, N7>(strips);
        Fill<TOps, TVector, N8>(strips);
        Fill<TOps, TVector, N9>(strips);
        Fill<TOps, TVector, N10>(strips);
        Fill<TOps, TVector, N11>(strips);
        Fill<TOps, TVector, N12>(strips);
        Fill<TOps, TVector, N13>(strips);
        Fill<TOps, TVector, N14>(strips);
        Fill<TOps, TVector, N15>(strips);
        Fill<TOps, TVector, N16>(strips);
        return strips;
    }

    private static void Fill<TOps, TVector, TTiles>(WinogradStrips strips)
        where TOps : struct, IVectorOps<TVector> where TVector : unmanaged where TTiles : struct, ICount
    {
        strips._code[1, TTiles.Value] = &WinogradStrip1<TOps, TVector>.Run<TTiles>;
        strips._code[2, TTiles.Value] = &WinogradStrip2<TOps, TVector>.Run<TTiles>;
        strips._code[3, TTiles.Value] = &WinogradStrip3<TOps, TVector>.Run<TTiles>;
        strips._code[4, TTiles.Value] = &WinogradStrip4<TOps, TVector>.Run<TTiles>;
    }
}
