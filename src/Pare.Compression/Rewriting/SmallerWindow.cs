using System.Collections.Immutable;
using Pare.Operators;

namespace Pare.Compression.Rewriting;

/// <summary>
/// The window of a smaller kernel in the middle of a larger one: tap j of the small one stands where tap j + offset of the large one
/// stood, so that the output keeps its shape and its place. Where the large window had too little padding to give, the input is cropped.
/// </summary>
/// <param name="Window">The window.</param>
/// <param name="CropBefore">For each spatial axis, positions cut from the start of the input.</param>
/// <param name="CropAfter">For each spatial axis, positions cut from the end.</param>
internal sealed record SmallerWindow(Window Window, ImmutableArray<int> CropBefore, ImmutableArray<int> CropAfter)
{
    /// <summary>Where a small kernel starts within a large one.</summary>
    public static int Offset(int kernel, int to) => (kernel - to) / 2;

    /// <summary>Makes the window of a convolution for smaller kernels.</summary>
    /// <param name="layer">The convolution.</param>
    /// <param name="to">The lengths of the small kernel, each at most that of the old.</param>
    public static SmallerWindow Of(ConvolutionLayer layer, ImmutableArray<int> to)
    {
        Window old = layer.Conv.Window;
        int rank = to.Length;
        ImmutableArray<int> none = [.. Enumerable.Repeat(0, rank)];
        // Padding that follows from a length that is not known yet: the rule is kept, and with it the output's shape.
        if (Pads(layer) is not { } pads) return new SmallerWindow(old with { Kernel = new ValueList<int>(to) }, none, none);
        var changed = new int[2 * rank];
        for (int axis = 0; axis < rank; axis++)
        {
            int offset = Offset(layer.Kernel[axis], to[axis]);
            changed[axis] = pads[axis] - offset * layer.Dilation(axis);
            changed[axis + rank] = pads[axis + rank] - (layer.Kernel[axis] - to[axis] - offset) * layer.Dilation(axis);
        }
        return new SmallerWindow(
            old with { Kernel = new ValueList<int>(to), Pads = new ValueList<int>(changed.Select(p => Math.Max(0, p))), AutoPad = AutoPad.Explicit },
            [.. changed.Take(rank).Select(p => Math.Max(0, -p))], [.. changed.Skip(rank).Select(p => Math.Max(0, -p))]);
    }

    /// <summary>The pads of a convolution, all before and then all after; null where they follow from a length that is not known.</summary>
    public static ImmutableArray<int>? Pads(ConvolutionLayer layer)
    {
        Window window = layer.Conv.Window;
        int rank = layer.Kernel.Length;
        if (window.AutoPad == AutoPad.Valid || (window.AutoPad == AutoPad.Explicit && window.Pads.IsEmpty)) return [.. Enumerable.Repeat(0, 2 * rank)];
        if (window.AutoPad == AutoPad.Explicit) return [.. window.Pads];
        if (!layer.Input.Skip(2).All(d => d.IsKnown)) return null;
        ImmutableArray<WindowAxis> axes = window.Axes(layer.Input.With(0, 1).With(1, 1), layer.Kernel.AsSpan());
        return [.. axes.Select(a => a.Before), .. axes.Select(a => a.After)];
    }

    /// <summary>Crops a value as the window needs it; the value itself where nothing is cut.</summary>
    public string Crop(LayerSplice splice, string suffix, string value)
    {
        int[] axes = [.. Enumerable.Range(0, CropBefore.Length).Where(a => CropBefore[a] + CropAfter[a] > 0)];
        if (axes.Length == 0) return value;
        return splice.Add(
            new Slice(), suffix, value,
            splice.Integers($"{suffix}.starts", [.. axes.Select(a => (long)CropBefore[a])]),
            splice.Integers($"{suffix}.ends", [.. axes.Select(a => CropAfter[a] == 0 ? int.MaxValue : -(long)CropAfter[a])]),
            splice.Integers($"{suffix}.axes", [.. axes.Select(a => a + 2L)]));
    }
}
