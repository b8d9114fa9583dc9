namespace Pare.Kernels.Coded;

/// <summary>A panel of output channels as packed codes: for each segment of inputs that share scales, the scales, then its codes.</summary>
/// <remarks>
/// dst [segment]{ [width] scales, [word][width] codes }: a word is 32 bits with as many codes of one output channel as go in, the first in the lowest
/// bits; a segment begins a new word. Missing channels have scale 0 and codes 0.
/// </remarks>
internal unsafe struct CodePanel
{
    /// <summary>Scales and codes.</summary>
    public uint* Words;

    /// <summary>Numbers of the panel's vectors.</summary>
    public int Width;

    /// <summary>Kernel positions, each of which begins a segment; 1 where all inputs share scales.</summary>
    public int Taps;

    /// <summary>Inputs of a tap.</summary>
    public int Channels;

    /// <summary>Inputs of a segment; the last of a tap may have fewer.</summary>
    public int Block;

    /// <summary>Bits of a code.</summary>
    public int Bits;

    /// <summary>A number for each code: at least 16 of them; null where codes are numbers.</summary>
    public float* Table;

    /// <summary>What is subtracted from codes.</summary>
    public float Zero;

    /// <summary>Codes of a word.</summary>
    public readonly int PerWord => 32 / Bits;

    /// <summary>Rows of 32 bits of a segment: scales and words.</summary>
    public readonly int RowsOf(int length) => 1 + (length + PerWord - 1) / PerWord;
}

/// <summary>Some rows of inputs, which are multiplied with a panel.</summary>
internal unsafe struct CodeStream
{
    /// <summary>The panel.</summary>
    public CodePanel Panel;

    /// <summary>[rows, Taps * Channels].</summary>
    public float* X;

    /// <summary>From row to row.</summary>
    public nint XStep;

    /// <summary>[rows, Width]: sums are added to what is there.</summary>
    public float* Y;

    /// <summary>From row to row.</summary>
    public nint YStep;
}

/// <summary>Some inputs of a panel that become floats: to[row, lane] = scale * value of the code.</summary>
internal unsafe struct CodeRows
{
    /// <summary>The panel.</summary>
    public CodePanel Panel;

    /// <summary>The first input, counted over taps and channels.</summary>
    public int First;

    /// <summary>How many inputs.</summary>
    public int Count;

    /// <summary>The first lane, a multiple of a vector's.</summary>
    public int Lane;

    /// <summary>Vectors of lanes.</summary>
    public int Vectors;

    /// <summary>Where the numbers go.</summary>
    public float* To;

    /// <summary>From input to input.</summary>
    public nint Step;
}
