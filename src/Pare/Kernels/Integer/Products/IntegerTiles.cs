using System.Runtime.Intrinsics;
using Pare.Kernels.Products;

namespace Pare.Kernels.Integer.Products;

/// <summary>The tiles of one instruction set: how large they may be, and the code of each size.</summary>
internal sealed unsafe class IntegerTiles
{
    /// <summary>Most vectors of output channels in a tile.</summary>
    public const int MaxVectors = 2;

    private readonly delegate*<IntegerTile*, void>[,] _code = new delegate*<IntegerTile*, void>[MaxVectors + 1, IntegerTile.MostRows + 1];
    private readonly bool _manyRegisters;

    private IntegerTiles(int lanes, int numbers, bool manyRegisters) => (Lanes, NumbersOfUnit, _manyRegisters) = (lanes, numbers, manyRegisters);

    /// <summary>Sums of a vector.</summary>
    public int Lanes { get; }

    /// <summary>4 where pictures and weights are bytes, 2 where they are integers of 16 bits.</summary>
    public int NumbersOfUnit { get; }

    /// <summary>Most pixels of a tile of so many vectors: 12 sums, 2 weights and a number in 16 registers.</summary>
    public int MaxRows(int vectors) => vectors == 1 || _manyRegisters ? IntegerTile.MostRows : 6;

    /// <summary>The code of a tile, compiled at its first call.</summary>
    /// <param name="vectors">1 to <see cref="MaxVectors"/>.</param>
    /// <param name="rows">1 to <see cref="MaxRows"/>.</param>
    public delegate*<IntegerTile*, void> Code(int vectors, int rows) => _code[vectors, rows];

    /// <summary>The tiles for a processor.</summary>
    /// <param name="cpu">What may be used.</param>
    /// <param name="bytes">Whether weights are bytes.</param>
    public static IntegerTiles Of(CpuFeatures cpu, bool bytes) =>
        cpu.HasAvxVnni && bytes ? Made<DotVnni, Ints8>.OfBytes : cpu.HasVector512 ? Made<Dot512, Ints16>.OfPairs : cpu.HasAvx2 ? Made<Dot256, Ints8>.OfPairs
        : cpu.HasVector128 ? Made<Dot128, Vector128<int>>.OfPairs : Made<DotScalar, int>.OfPairs;

    private static IntegerTiles Make<TOps, TVector>(int numbers) where TOps : struct, IDotOps<TVector> where TVector : unmanaged
    {
        var tiles = new IntegerTiles(TOps.Lanes, numbers, TOps.ManyRegisters);
        Fill<TOps, TVector, N1>(tiles);
        Fill<TOps, TVector, N2>(tiles);
        Fill<TOps, TVector, N3>(tiles);
        Fill<TOps, TVector, N4>(tiles);
        Fill<TOps, TVector, N5>(tiles);
        Fill<TOps, TVector, N6>(tiles);
        Fill<TOps, TVector, N7>(tiles);
        Fill<TOps, TVector, N8>(tiles);
        return tiles;
    }

    private static void Fill<TOps, TVector, TRows>(IntegerTiles tiles)
        where TOps : struct, IDotOps<TVector> where TVector : unmanaged where TRows : struct, ICount
    {
        tiles._code[1, TRows.Value] = &IntegerTile1<TOps, TVector>.Run<TRows>;
        tiles._code[2, TRows.Value] = &IntegerTile2<TOps, TVector>.Run<TRows>;
    }

    // Made when the first plan asks for that instruction set.
    private static class Made<TOps, TVector> where TOps : struct, IDotOps<TVector> where TVector : unmanaged
    {
        public static readonly IntegerTiles OfPairs = Make<TOps, TVector>(2);
        public static readonly IntegerTiles OfBytes = Make<TOps, TVector>(4);
    }
}
