namespace Pare.Kernels.Convolutions.Last;

/// <summary>The weights of a convolution, which become floats in a near cache when they are needed: packed codes for example.</summary>
internal abstract unsafe class PanelDecoder
{
    /// <summary>Writes some weights of a panel.</summary>
    /// <param name="group">The group.</param>
    /// <param name="index">Which of the group's panels.</param>
    /// <param name="first">The first row: kernel positions, and in each of them input channels.</param>
    /// <param name="rows">How many.</param>
    /// <param name="to">[rows, width]: channels that do not exist are 0.</param>
    /// <param name="panel">The panel.</param>
    public abstract void Decode(int group, int index, int first, int rows, float* to, in Panel panel);
}
