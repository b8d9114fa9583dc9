using System.Collections.Immutable;
using Pare.Operators;

namespace Pare.Kernels.Pooling;

/// <summary>Reads the sizes of pooling nodes.</summary>
internal static class PoolShapes
{
    /// <summary>The sizes of a pooling over one or two spatial axes; null for others.</summary>
    public static PoolShape? Of(Window window, Shape x, bool countPadding = false)
    {
        if (x.Rank is not (3 or 4))
            return null;
        ImmutableArray<WindowAxis> axes = window.Axes(x);
        WindowAxis vertical = axes.Length == 2 ? axes[0] : WindowAxis.One, horizontal = axes[^1];
        return new PoolShape
        {
            Planes = x.Fixed[0] * x.Fixed[1],
            Height = vertical.Input,
            Width = horizontal.Input,
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
            OutHeight = vertical.Output,
            OutWidth = horizontal.Output,
            CountPadding = countPadding,
        };
    }
}
