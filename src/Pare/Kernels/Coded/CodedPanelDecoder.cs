using Pare.Kernels.Convolutions.Last;

namespace Pare.Kernels.Coded;

/// <summary>Gives the weights of a convolution from packed codes.</summary>
internal sealed unsafe class CodedPanelDecoder(CodedPanels panels, PackedFloats packed) : PanelDecoder
{
    /// <inheritdoc/>
    public override void Decode(int group, int index, int first, int rows, float* to, in Panel panel) =>
        panels.Decode(packed.Floats, group, index, 0, panel.Vectors, first, rows, to, panel.Width);
}
