using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Pare.Kernels.Products;
using Pare.Kernels.Vectors;

namespace Pare.Kernels.Sparsity;

/// <summary>What <see cref="SparseCode.Spread"/> copies: staged rows of some channels to where tiles read them.</summary>
internal unsafe struct SparseSpread
{
    /// <summary>Staged rows of the first channel.</summary>
    public float* From;

    /// <summary>Numbers between staged channels.</summary>
    public nint FromChannel;

    /// <summary>Packed pixels of the first channel; the copies write up to a vector behind the last one.</summary>
    public float* To;

    /// <summary>Numbers between packed channels.</summary>
    public nint ToChannel;

    /// <summary>The copies of a channel; each may write over what those before it left behind their own numbers.</summary>
    public SparseCopy* Copies;

    /// <summary>How many copies.</summary>
    public int Count;

    /// <summary>How many channels.</summary>
    public int Channels;
}

/// <summary>Vectors that are copied from staged rows below each other to places behind each other.</summary>
/// <param name="From">Where the first begins in the staged channel.</param>
/// <param name="Step">Numbers from one to the next there.</param>
/// <param name="To">Where the first goes in the packed channel.</param>
/// <param name="Vectors">How many.</param>
internal readonly record struct SparseCopy(int From, int Step, int To, int Vectors);

/// <summary>Results of some pixels, their residuals and bounds.</summary>
internal unsafe struct SparseEnd
{
    /// <summary>[pixels][Channels].</summary>
    public float* Sums;

    /// <summary>What is added; pixels lie as far apart as in the destination, and it may be the destination.</summary>
    public float* Residual;

    /// <summary>Where results go.</summary>
    public float* Destination;

    /// <summary>Numbers between two pixels of residual and destination.</summary>
    public nint Step;

    /// <summary>How many pixels.</summary>
    public int Pixels;

    /// <summary>How many channels.</summary>
    public int Channels;

    /// <summary>The least result.</summary>
    public float Low;

    /// <summary>The largest result.</summary>
    public float High;
}

/// <summary>The loops of sparse convolutions for vectors of one width.</summary>
internal sealed unsafe class SparseCode
{
    private static readonly WidestVectors<SparseCode> Widths = new(Make<Ops512, Floats16>, Make<Ops256, Floats8>, Make<Ops128, Vector128<float>>, Make<OpsScalar, float>);

    /// <summary>Most vectors of a tile.</summary>
    public const int MostVectors = 8;

    private readonly delegate*<SparseTile*, void>[] _tiles = new delegate*<SparseTile*, void>[MostVectors + 1];
    private readonly delegate*<SparseTile*, void>[] _blocks = new delegate*<SparseTile*, void>[MostVectors + 1];

    private SparseCode(int lanes, delegate*<SparseSpread*, void> spread, delegate*<SparseEnd*, void> end)
    {
        Lanes = lanes;
        Spread = spread;
        End = end;
    }

    /// <summary>Numbers of a vector.</summary>
    public int Lanes { get; }

    /// <summary>Most vectors of a tile where nonzeros are blocks of output channels: all sums lie in registers.</summary>
    public int MostBlockVectors { get; private init; }

    /// <summary>Copies staged pixels.</summary>
    public delegate*<SparseSpread*, void> Spread { get; }

    /// <summary>Adds residuals, keeps results within their bounds.</summary>
    public delegate*<SparseEnd*, void> End { get; }

    /// <summary>The code of a tile of 1 to <see cref="MostVectors"/> vectors.</summary>
    public delegate*<SparseTile*, void> Tile(int vectors) => _tiles[vectors];

    /// <summary>The code of a tile of 1 to <see cref="MostBlockVectors"/> vectors whose nonzeros are blocks of <see cref="SparseBlocks.Outputs"/> output channels.</summary>
    public delegate*<SparseTile*, void> Block(int vectors) => _blocks[vectors];

    /// <summary>The loops for a processor.</summary>
    public static SparseCode Of(CpuFeatures cpu) => Widths.Of(cpu);

    private static SparseCode Make<TOps, TVector>() where TOps : struct, IVectorOps<TVector> where TVector : unmanaged
    {
        var code = new SparseCode(TOps.Lanes, &SparseMoves<TOps, TVector>.Spread, &SparseMoves<TOps, TVector>.End) { MostBlockVectors = TOps.ManyRegisters ? 6 : 2 };
        code._tiles[1] = &SparseTileCode<TOps, TVector>.Narrow<N1>;
        code._tiles[2] = &SparseTileCode<TOps, TVector>.Narrow<N2>;
        code._tiles[3] = &SparseTileCode<TOps, TVector>.Narrow<N3>;
        code._tiles[4] = &SparseTileCode<TOps, TVector>.Narrow<N4>;
        code._tiles[5] = &SparseTileCode<TOps, TVector>.Wide<N5>;
        code._tiles[6] = &SparseTileCode<TOps, TVector>.Wide<N6>;
        code._tiles[7] = &SparseTileCode<TOps, TVector>.Wide<N7>;
        code._tiles[8] = &SparseTileCode<TOps, TVector>.Wide<N8>;
        code._blocks[1] = &SparseBlockCode<TOps, TVector>.Run<N1>;
        code._blocks[2] = &SparseBlockCode<TOps, TVector>.Run<N2>;
        code._blocks[3] = &SparseBlockCode<TOps, TVector>.Run<N3>;
        code._blocks[4] = &SparseBlockCode<TOps, TVector>.Run<N4>;
        code._blocks[5] = &SparseBlockCode<TOps, TVector>.Run<N5>;
        code._blocks[6] = &SparseBlockCode<TOps, TVector>.Run<N6>;
        return code;
    }
}

/// <summary>The loops beside the products.</summary>
internal static unsafe class SparseMoves<TOps, TVector> where TOps : struct, IVectorOps<TVector> where TVector : unmanaged
{
    /// <summary>Copies staged pixels, channel by channel, vectors in ascending order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Spread(SparseSpread* spread)
    {
        TOps.Require();
        nint lanes = TOps.Lanes;
        float* channel = spread->From;
        float* packed = spread->To;
        SparseCopy* last = spread->Copies + spread->Count;
        for (int c = 0; c < spread->Channels; c++, channel += spread->FromChannel, packed += spread->ToChannel)
        {
            for (SparseCopy* copy = spread->Copies; copy < last; copy++)
            {
                float* from = channel + copy->From;
                float* to = packed + copy->To;
                nint step = copy->Step;
                int left = copy->Vectors;
                for (; left >= 4; left -= 4, from += 4 * step, to += 4 * lanes)
                {
                    TVector v0 = TOps.Load(from), v1 = TOps.Load(from + step), v2 = TOps.Load(from + 2 * step), v3 = TOps.Load(from + 3 * step);
                    TOps.Store(to, v0);
                    TOps.Store(to + lanes, v1);
                    TOps.Store(to + 2 * lanes, v2);
                    TOps.Store(to + 3 * lanes, v3);
                }
                for (; left > 0; left--, from += step, to += lanes) TOps.Store(to, TOps.Load(from));
            }
        }
    }

    /// <summary>destination = clip(sums + residual); the last numbers of a pixel fill a vector in part.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void End(SparseEnd* end)
    {
        TOps.Require();
        int lanes = TOps.Lanes, channels = end->Channels;
        TVector low = TOps.Create(end->Low), high = TOps.Create(end->High);
        for (int p = 0; p < end->Pixels; p++)
        {
            float* sums = end->Sums + (nint)p * channels;
            float* residual = end->Residual + p * end->Step;
            float* destination = end->Destination + p * end->Step;
            int c = 0;
            for (; c + lanes <= channels; c += lanes)
                TOps.Store(destination + c, TOps.Min(high, TOps.Max(low, TOps.Add(TOps.Load(sums + c), TOps.Load(residual + c)))));
            if (c == channels) continue;
            int tail = channels - c;
            TVector rest = TOps.Add(TOps.LoadPart(sums + c, tail), TOps.LoadPart(residual + c, tail));
            TOps.StorePart(destination + c, TOps.Min(high, TOps.Max(low, rest)), tail);
        }
    }
}
