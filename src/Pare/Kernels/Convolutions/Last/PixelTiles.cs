using System.Runtime.Intrinsics;
using Pare.Kernels.Products;
using Pare.Kernels.Vectors;

namespace Pare.Kernels.Convolutions.Last;

/// <summary>The tiles of one instruction set: how large they may be, and the code of each size.</summary>
internal sealed unsafe class PixelTiles
{
    private static readonly WidestVectors<PixelTiles> Widths = new(Make<Ops512, Floats16>, Make<Ops256, Floats8>, Make<Ops128, Vector128<float>>, Make<OpsScalar, float>);

    /// <summary>Most pixels of any tile.</summary>
    public const int MostRows = 10;

    private readonly delegate*<PixelTile*, void>[,] _code = new delegate*<PixelTile*, void>[5, MostRows + 1];
    private readonly int _most;

    private PixelTiles(int lanes, bool manyRegisters)
    {
        Lanes = lanes;
        _most = manyRegisters ? 4 : 2;
    }

    /// <summary>Numbers of a vector.</summary>
    public int Lanes { get; }

    /// <summary>Most vectors of output channels in a tile.</summary>
    public int MaxVectors => _most;

    /// <summary>Most pixels of a tile of so many vectors.</summary>
    public int MaxRows(int vectors) => (vectors, _most) switch
    {
        (1, _) => PixelTile1<OpsScalar, float>.MaxRows,
        (2, 4) => PixelTile2<OpsScalar, float>.MaxRows,
        (2, _) => 6,                           // 12 sums, 2 weights and a number in 16 registers
        (3, 4) => PixelTile3<OpsScalar, float>.MaxRows,
        (4, 4) => PixelTile4<OpsScalar, float>.MaxRows,
        _ => throw new ArgumentOutOfRangeException(nameof(vectors), vectors, $"Tiles have 1 to {_most} vectors."),
    };

    /// <summary>The code of a tile, compiled at its first call.</summary>
    /// <param name="vectors">1 to <see cref="MaxVectors"/>.</param>
    /// <param name="rows">1 to <see cref="MaxRows"/>.</param>
    public delegate*<PixelTile*, void> Code(int vectors, int rows) => _code[vectors, rows];

    /// <summary>The tiles for a processor.</summary>
    public static PixelTiles Of(CpuFeatures cpu) => Widths.Of(cpu);

    private static PixelTiles Make<TOps, TVector>() where TOps : struct, IVectorOps<TVector> where TVector : unmanaged
    {
        var tiles = new PixelTiles(TOps.Lanes, TOps.ManyRegisters);
        Fill<TOps, TVector, N1>(tiles);
        Fill<TOps, TVector, N2>(tiles);
        Fill<TOps, TVector, N3>(tiles);
        Fill<TOps, TVector, N4>(tiles);
        Fill<TOps, TVector, N5>(tiles);
        Fill<TOps, TVector, N6>(tiles);
        Fill<TOps, TVector, N7>(tiles);
        Fill<TOps, TVector, N8>(tiles);
        Fill<TOps, TVector, N9>(tiles);
        Fill<TOps, TVector, N10>(tiles);
        return tiles;
    }

    private static void Fill<TOps, TVector, TRows>(PixelTiles tiles)
        where TOps : struct, IVectorOps<TVector> where TVector : unmanaged where TRows : struct, ICount
    {
        tiles._code[1, TRows.Value] = &PixelTile1<TOps, TVector>.Run<TRows>;
        tiles._code[2, TRows.Value] = &PixelTile2<TOps, TVector>.Run<TRows>;
        tiles._code[3, TRows.Value] = &PixelTile3<TOps, TVector>.Run<TRows>;
        tiles._code[4, TRows.Value] = &PixelTile4<TOps, TVector>.Run<TRows>;
    }
}
