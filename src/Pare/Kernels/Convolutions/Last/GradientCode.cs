using System.Runtime.Intrinsics;
using Pare.Kernels.Products;
using Pare.Kernels.Vectors;

namespace Pare.Kernels.Convolutions.Last;

/// <summary>The tiles of weight gradients for one instruction set: how large they may be, and the code of each size.</summary>
internal sealed unsafe class GradientCode
{
    private static readonly WidestVectors<GradientCode> Widths = new(Make<Ops512, Floats16>, Make<Ops256, Floats8>, Make<Ops128, Vector128<float>>, Make<OpsScalar, float>);

    private const int MostRows = 12;
    private const int OneVector = 1, TwoVectors = 2, Paired = 3;

    private readonly delegate*<GradientTile*, void>[,] _code = new delegate*<GradientTile*, void>[4, MostRows + 1];
    private readonly bool _manyRegisters;

    private GradientCode(int lanes, bool manyRegisters) => (Lanes, _manyRegisters) = (lanes, manyRegisters);

    /// <summary>Numbers of a vector.</summary>
    public int Lanes { get; }

    /// <summary>Most rows of a tile of so many vectors: 24 sums in 32 registers, 12 in 16.</summary>
    public int MaxRows(int vectors) => (_manyRegisters ? 2 * MostRows : MostRows) / vectors;

    /// <summary>Runs a tile of so many rows and one or two vectors.</summary>
    public void Run(GradientTile* tile, int rows, int vectors)
    {
        if (rows <= MostRows)
        {
            _code[vectors, rows](tile);
            return;
        }
        int half = (rows + 1) / 2;
        tile->Second = rows - half;
        _code[Paired, half](tile);
    }

    /// <summary>The tiles for a processor.</summary>
    public static GradientCode Of(CpuFeatures cpu) => Widths.Of(cpu);

    private static GradientCode Make<TOps, TVector>() where TOps : struct, IVectorOps<TVector> where TVector : unmanaged
    {
        var code = new GradientCode(TOps.Lanes, TOps.ManyRegisters);
        Fill<TOps, TVector, N1>(code);
        Fill<TOps, TVector, N2>(code);
        Fill<TOps, TVector, N3>(code);
        Fill<TOps, TVector, N4>(code);
        Fill<TOps, TVector, N5>(code);
        Fill<TOps, TVector, N6>(code);
        Fill<TOps, TVector, N7>(code);
        Fill<TOps, TVector, N8>(code);
        Fill<TOps, TVector, N9>(code);
        Fill<TOps, TVector, N10>(code);
        Fill<TOps, TVector, N11>(code);
        Fill<TOps, TVector, N12>(code);
        return code;
    }

    private static void Fill<TOps, TVector, TRows>(GradientCode code)
        where TOps : struct, IVectorOps<TVector> where TVector : unmanaged where TRows : struct, ICount
    {
        code._code[OneVector, TRows.Value] = &GradientTiles<TOps, TVector>.Run<TRows, N1>;
        code._code[TwoVectors, TRows.Value] = &GradientTiles<TOps, TVector>.Run<TRows, N2>;
        code._code[Paired, TRows.Value] = &GradientTiles<TOps, TVector>.Run<TRows, N3>;
    }
}
