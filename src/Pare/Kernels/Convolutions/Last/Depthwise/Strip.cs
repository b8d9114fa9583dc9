namespace Pare.Kernels.Convolutions.Last.Depthwise;

/// <summary>Some neighbouring outputs of a row, all channels: what <see cref="StripLoop{TOps, TVector}"/> computes.</summary>
/// <remarks>
/// y[p, c] = clip(bias[c] + sum over r below Rows, k below Columns of x[p, r, k, c] w[r, k, c] + residual[p, c]). Steps are in floats.
/// Only taps inside the image are counted by <see cref="Rows"/> and <see cref="Columns"/>: padding is not read.
/// </remarks>
internal unsafe struct Strip
{
    /// <summary>Input of the first tap of the first output.</summary>
    public float* X;

    /// <summary>From an output's input to the next one's.</summary>
    public nint PixelStep;

    /// <summary>From a tap to the one below.</summary>
    public nint RowStep;

    /// <summary>From a tap to the one on its right.</summary>
    public nint ColumnStep;

    /// <summary>Rows of taps.</summary>
    public int Rows;

    /// <summary>Taps of a row.</summary>
    public int Columns;

    /// <summary>Weights of the first tap, by channel, padded to whole vectors.</summary>
    public float* W;

    /// <summary>From the weights of a tap to those of the one below.</summary>
    public nint WRowStep;

    /// <summary>From the weights of a tap to those of the one on its right.</summary>
    public nint WColumnStep;

    /// <summary>One number a channel, padded to whole vectors.</summary>
    public float* Bias;

    /// <summary>What is added to the sum, at the steps of Y; null for nothing.</summary>
    public float* Residual;

    /// <summary>The first output.</summary>
    public float* Y;

    /// <summary>From an output to the next one.</summary>
    public nint YStep;

    /// <summary>The least result.</summary>
    public float Low;

    /// <summary>The largest result.</summary>
    public float High;

    /// <summary>Whether the first tap of the first output's rows exists; asked for in special ways only.</summary>
    public bool HasLeft;

    /// <summary>Whether the last tap of the last output's rows exists; asked for in special ways only.</summary>
    public bool HasRight;

    /// <summary>How many channels: whole vectors, or fewer than one vector holds.</summary>
    public int Channels;

    /// <summary>True where there is a lower bound.</summary>
    public readonly bool Clips => !float.IsNegativeInfinity(Low);

    /// <summary>True where there is an upper bound.</summary>
    public readonly bool Caps => !float.IsPositiveInfinity(High);
}
