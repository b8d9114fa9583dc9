using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Pare.Kernels.Vectors;

namespace Pare.Kernels.Convolutions.Last.Winograd;

/// <summary>
/// One of Winograd's ways to convolve tiles with 3 x 3 weights: y = A'[(G w G') * (B' x B)]A, where the product in the middle is taken
/// number by number and summed over channels.
/// </summary>
/// <remarks>
/// S. Winograd, "Arithmetic Complexity of Computations", 1980; A. Lavin, S. Gray, "Fast Algorithms for Convolutional Neural Networks",
/// CVPR 2016. The matrices are Toom and Cook's for the points in the remarks of each form.
/// </remarks>
internal sealed unsafe class WinogradForm
{
    private static readonly WidestVectors<WinogradForm> WidthsOfTwo = new(Two<Ops512, Floats16>, Two<Ops256, Floats8>, Two<Ops128, Vector128<float>>, Two<OpsScalar, float>);
    private static readonly WidestVectors<WinogradForm> WidthsOfFour = new(Four<Ops512, Floats16>, Four<Ops256, Floats8>, Four<Ops128, Vector128<float>>, Four<OpsScalar, float>);

    private readonly double[,] _weights;   // G, [Span, 3]

    private readonly delegate*<in WinogradTaps, void> _transform;

    private WinogradForm(
        int size, double[,] weights, delegate*<WinogradSource*, void> input, delegate*<WinogradResult*, void> output, delegate*<in WinogradTaps, void> transform)
    {
        Size = size;
        _transform = transform;
        Input = input;
        Output = output;
        _weights = weights;
    }

    /// <summary>Result rows and columns of a tile: 2 or 4.</summary>
    public int Size { get; }

    /// <summary>Picture rows and columns of a tile: 4 or 6.</summary>
    public int Span => Size + 2;

    /// <summary>Numbers of a transformed tile: how many products there are.</summary>
    public int Planes => Span * Span;

    /// <summary>B' x B of every channel.</summary>
    public delegate*<WinogradSource*, void> Input { get; }

    /// <summary>A' m A of every channel, and what follows: bias, residual, clip.</summary>
    public delegate*<WinogradResult*, void> Output { get; }

    /// <summary>The form of a tile size for a processor.</summary>
    /// <param name="size">2 or 4.</param>
    /// <param name="cpu">What the processor may be used for.</param>
    public static WinogradForm Of(int size, CpuFeatures cpu) => size switch
    {
        2 => WidthsOfTwo.Of(cpu),
        4 => WidthsOfFour.Of(cpu),
        _ => throw new ArgumentOutOfRangeException(nameof(size), size, "Tiles have 2 or 4 rows."),
    };

    /// <summary>G w G' of one input and output channel, in double precision, rounded once.</summary>
    /// <param name="from">Nine numbers.</param>
    /// <param name="to">Room for <see cref="Planes"/> numbers.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Weights(ReadOnlySpan<float> from, Span<float> to)
    {
        Span<double> rows = stackalloc double[6 * 3];
        for (int i = 0; i < Span; i++)
        {
            for (int k = 0; k < 3; k++)
                rows[i * 3 + k] = _weights[i, 0] * from[k] + _weights[i, 1] * from[3 + k] + _weights[i, 2] * from[6 + k];
        }
        for (int i = 0; i < Span; i++)
        {
            for (int j = 0; j < Span; j++)
            {
                float value = (float)(rows[i * 3] * _weights[j, 0] + rows[i * 3 + 1] * _weights[j, 1] + rows[i * 3 + 2] * _weights[j, 2]);
                to[i * Span + j] = float.IsSubnormal(value) ? 0 : value;
            }
        }
    }

    /// <summary>G w G' of many input and output channels side by side, in fp32.</summary>
    /// <param name="taps">[9], so far apart, [count].</param>
    /// <param name="tapStep">Numbers between two kernel positions.</param>
    /// <param name="count">How many numbers, a multiple of a vector's.</param>
    /// <param name="planes">[<see cref="Planes"/>], so far apart, [count].</param>
    /// <param name="planeStep">Numbers between two planes.</param>
    public void Transform(float* taps, nint tapStep, int count, float* planes, nint planeStep)
    {
        WinogradTaps all = new() { Taps = taps, TapStep = tapStep, Count = count, Planes = planes, PlaneStep = planeStep, First = (float)_weights[0, 0], Pairs = Size / 2 };
        (all.A0, all.B0, all.C0) = ((float)_weights[1, 0], (float)_weights[1, 1], (float)_weights[1, 2]);
        if (Size > 2) (all.A1, all.B1, all.C1) = ((float)_weights[3, 0], (float)_weights[3, 1], (float)_weights[3, 2]);
        _transform(all);
    }

    private static WinogradForm Two<TOps, TVector>() where TOps : struct, IVectorOps<TVector> where TVector : unmanaged =>
        new(2, WinogradTwo.Weights, &WinogradTwo<TOps, TVector>.Input, &WinogradTwo<TOps, TVector>.Output, &WinogradWeights<TOps, TVector>.Run);

    private static WinogradForm Four<TOps, TVector>() where TOps : struct, IVectorOps<TVector> where TVector : unmanaged =>
        new(4, WinogradFour.Weights, &WinogradFour<TOps, TVector>.Input, &WinogradFour<TOps, TVector>.Output, &WinogradWeights<TOps, TVector>.Run);
}
