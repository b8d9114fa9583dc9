namespace Pare.Kernels.Bits;

/// <summary>Words of a picture that lie side by side under a window, as do the words of the weights that they meet.</summary>
internal unsafe struct WordRun
{
    /// <summary>The words.</summary>
    public uint* From;

    /// <summary>Which words of [place of the window][words of channels] they meet.</summary>
    public int Weights;

    /// <summary>How many.</summary>
    public int Words;
}
