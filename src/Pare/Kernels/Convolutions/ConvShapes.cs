using System.Collections.Immutable;
using Pare.Operators;

namespace Pare.Kernels.Convolutions;

/// <summary>Reads the sizes of convolution nodes.</summary>
internal static class ConvShapes
{
    /// <summary>The sizes of a convolution of an image with channels last, [N, H, W, C].</summary>
    public static ConvShape? OfLast(Conv conv, Shape x, Shape weight) => Of(conv, ChannelsLast.Permuted(x, ChannelsLast.ToFirst(x.Rank)), weight);

    /// <summary>The sizes of a convolution of one or two spatial axes; null for others.</summary>
    public static ConvShape? Of(Conv conv, Shape x, Shape weight)
    {
        if (x.Rank is not (3 or 4))
            return null;
        ImmutableArray<WindowAxis> axes = conv.Window.Axes(x, weight.Fixed.AsSpan()[2..]);
        WindowAxis vertical = axes.Length == 2 ? axes[0] : WindowAxis.One, horizontal = axes[^1];
        ConvShape shape = new()
        {
            Batch = x.Fixed[0],
            Channels = x.Fixed[1],
            Height = vertical.Input,
            Width = horizontal.Input,
            OutChannels = weight.Fixed[0],
            KernelHeight = vertical.Kernel,
            KernelWidth = horizontal.Kernel,
            StrideY = vertical.Stride,
            StrideX = horizontal.Stride,
            DilationY = vertical.Dilation,
            DilationX = horizontal.Dilation,
            PadTop = vertical.Before,
            PadLeft = horizontal.Before,
            PadBottom = vertical.After,
            PadRight = horizontal.After,
            Groups = conv.Groups,
        };
        return x.Elements > 0 && weight.Elements > 0 && shape.OutHeight == vertical.Output && shape.OutWidth == horizontal.Output ? shape : null;
    }
}
