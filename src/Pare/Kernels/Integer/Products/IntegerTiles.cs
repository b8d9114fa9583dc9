using System.Runtime.Intrinsics;
using Pare.Kernels.Convolutions;
using Pare.Kernels.Products;

namespace Pare.Kernels.Integer.Products;

/// <summary>The tiles of one instruction set: how large they may be, and the code of each size.</summary>
internal sealed unsafe partial class IntegerTiles : IntegerInstructions
{
    private const int MostVectors = 2;

    private readonly delegate*<IntegerTile*, void>[,] _code = new delegate*<IntegerTile*, void>[MostVectors + 1, IntegerTile.MostRows + 1];
    private readonly bool _manyRegisters;

    private IntegerTiles(int lanes, int numbers, bool manyRegisters) => (Lanes, NumbersOfUnit, _manyRegisters) = (lanes, numbers, manyRegisters);

    /// <inheritdoc/>
    public override int Lanes { get; }

    /// <inheritdoc/>
    public override int NumbersOfUnit { get; }

    /// <inheritdoc/>
    public override int MaxVectors(in ConvShape shape) => MostVectors;

    /// <inheritdoc/>
    public override IntegerCode Code(IntegerPixels pixels) => new TiledCode(this, pixels);

    // Most pixels of a tile of so many vectors: 12 sums, 2 weights and a number in 16 registers.
    private int MaxRows(int vectors) => vectors == 1 || _manyRegisters ? IntegerTile.MostRows : 6;

    // The code of a tile, compiled at its first call.
    private delegate*<IntegerTile*, void> CodeOf(int vectors, int rows) => _code[vectors, rows];

    /// <summary>The tiles for a node: of its processor, and of what its weights are.</summary>
    public static IntegerTiles Of(KernelQuery query)
    {
        CpuFeatures cpu = query.Cpu;
        return cpu.HasAvxVnni && query.Inputs[1]!.DType == DType.I8 ? Made<DotVnni, Ints8>.OfBytes
            : cpu.HasVector512 ? Made<Dot512, Ints16>.OfPairs : cpu.HasAvx2 ? Made<Dot256, Ints8>.OfPairs
            : cpu.HasVector128 ? Made<Dot128, Vector128<int>>.OfPairs : Made<DotScalar, int>.OfPairs;
    }

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
