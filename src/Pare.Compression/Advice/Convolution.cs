using Pare.Inspection;
using Pare.Operators;

namespace Pare.Compression.Advice;

/// <summary>A convolution over two spatial axes, as advisers see it.</summary>
/// <param name="Weight">The weight, [out, in / groups, height, width].</param>
/// <param name="Layer">What it costs.</param>
/// <param name="Shape">The weight's shape.</param>
/// <param name="Groups">Groups of channels.</param>
/// <param name="OutputArea">Positions of the output.</param>
public sealed record Convolution(string Weight, LayerProfile Layer, Shape Shape, int Groups, long OutputArea)
{
    /// <summary>The longer side of the kernel.</summary>
    public int Kernel => Math.Max(Shape.Fixed[2], Shape.Fixed[3]);

    /// <summary>Channels that it reads.</summary>
    public int Inputs => Shape.Fixed[1] * Groups;

    /// <summary>Channels that it makes.</summary>
    public int Outputs => Shape.Fixed[0];

    /// <summary>Every output reads every input.</summary>
    public bool IsDense => Groups == 1;

    internal static Convolution? Of(Model model, LayerProfile layer)
    {
        if (layer.Node.Operator is not Conv conv || !layer.IsKnown || layer.Output is not { Shape: { Rank: 4, IsFixed: true } output }) return null;
        string weight = layer.Node.Input(1);
        return model.Weights.TryGetValue(weight, out WeightEncoding? kernel) && kernel.Shape.Rank == 4
            ? new Convolution(weight, layer, kernel.Shape, conv.Groups, (long)output.Fixed[2] * output.Fixed[3])
            : null;
    }
}
