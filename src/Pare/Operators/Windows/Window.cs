using System.Collections.Immutable;

namespace Pare.Operators;

/// <summary>The window of a convolution or pooling over the spatial axes, which follow batch and channel. An empty list means the default for each axis.</summary>
/// <param name="Kernel">Lengths of the window; a convolution may leave them to its weight.</param>
/// <param name="Strides">Steps between windows, 1 by default.</param>
/// <param name="Dilations">Steps within a window, 1 by default.</param>
/// <param name="Pads">All pads at the start, then all at the end; 0 by default. Only for <see cref="AutoPad.Explicit"/>.</param>
/// <param name="AutoPad">Who chooses the pads.</param>
/// <param name="CeilMode">The output length is rounded up; a window that would start in the padding at the end is left out.</param>
public sealed record Window(
    ValueList<int> Kernel = default, ValueList<int> Strides = default, ValueList<int> Dilations = default, ValueList<int> Pads = default,
    AutoPad AutoPad = AutoPad.Explicit, bool CeilMode = false)
{
    /// <summary>A square window of two axes with the same pads all round.</summary>
    public static Window Square(int kernel, int stride = 1, int pad = 0, int dilation = 1) =>
        new([kernel, kernel], [stride, stride], dilation == 1 ? [] : [dilation, dilation], [pad, pad, pad, pad]);

    /// <summary>The spatial axes with all numbers known.</summary>
    /// <param name="input">Shape [batch, channels, spatial...], fixed.</param>
    /// <param name="kernel">The window's lengths, where the operator's weight says them; else those of <see cref="Kernel"/>.</param>
    /// <exception cref="ArgumentException">The lists do not fit the shape.</exception>
    public ImmutableArray<WindowAxis> Axes(Shape input, ReadOnlySpan<int> kernel = default)
    {
        int rank = input.Rank - 2;
        ImmutableArray<WindowAxis>.Builder axes = ImmutableArray.CreateBuilder<WindowAxis>(rank);
        for (int axis = 0; axis < rank; axis++)
            axes.Add(Axis(axis, rank, input.Fixed[axis + 2], kernel.IsEmpty ? Kernel[axis] : kernel[axis]));
        return axes.MoveToImmutable();
    }

    /// <summary>As <see cref="Axes"/>, always three axes: missing ones come first and have length 1.</summary>
    internal ImmutableArray<WindowAxis> ThreeAxes(Shape input, ReadOnlySpan<int> kernel = default)
    {
        ImmutableArray<WindowAxis> axes = Axes(input, kernel);
        return axes.Length > 3
            ? throw new UnsupportedException($"Windows over {axes.Length} spatial axes are not supported; 1, 2 and 3 are.")
            : [.. Enumerable.Repeat(WindowAxis.One, 3 - axes.Length), .. axes];
    }

    /// <summary>The spatial lengths of the output; one that depends on names in a way that is not linear gets a name.</summary>
    internal Dim[] OutputLengths(InferScope s, Shape input, ReadOnlySpan<int> kernel)
    {
        int rank = input.Rank - 2;
        Check(s, rank, kernel);
        var lengths = new Dim[rank];
        for (int axis = 0; axis < rank; axis++)
        {
            Dim length = input[axis + 2];
            if (length.IsKnown)
            {
                int output = Axis(axis, rank, (int)length.Constant, kernel[axis]).Output;
                lengths[axis] = output > 0 ? output : throw s.Fail(
                    $"spatial axis {axis} has {length} positions, with pads {Pads} fewer than its window of {Extent(axis, kernel[axis])} covers.");
            }
            else lengths[axis] = OpenLength(axis, rank, length, kernel[axis]) ?? s.Unknown(axis + 2);
        }
        return lengths;
    }

    private Dim? OpenLength(int axis, int rank, Dim length, int kernel) => AutoPad is AutoPad.SameLower or AutoPad.SameUpper
        ? Dim.Divide(length, At(Strides, axis))
        : Dim.Divide(length + Pad(axis) + Pad(axis + rank) - Extent(axis, kernel), At(Strides, axis)) + 1;

    private WindowAxis Axis(int axis, int rank, int input, int kernel)
    {
        int stride = At(Strides, axis), extent = Extent(axis, kernel), before = 0, after = 0, output;
        if (AutoPad is AutoPad.SameUpper or AutoPad.SameLower)
        {
            output = (input + stride - 1) / stride;
            int total = Math.Max(0, (output - 1) * stride + extent - input);
            before = AutoPad == AutoPad.SameUpper ? total / 2 : total - total / 2;
            after = total - before;
        }
        else
        {
            if (AutoPad == AutoPad.Explicit) (before, after) = (Pad(axis), Pad(axis + rank));
            int free = input + before + after - extent;
            // Rounded up, a window that sticks out by less than a step is one position.
            output = free < 0 ? (CeilMode && free > -stride ? 1 : 0) : (CeilMode ? (free + stride - 1) / stride : free / stride) + 1;
            if (CeilMode && output > 0 && (output - 1) * stride >= input + before) output--;
        }
        return new WindowAxis(input, output, kernel, stride, At(Dilations, axis), before, after);
    }

    private void Check(InferScope s, int rank, ReadOnlySpan<int> kernel)
    {
        CheckList("kernel_shape", kernel, rank, 1);
        CheckList("strides", Strides.AsSpan(), rank, 1);
        CheckList("dilations", Dilations.AsSpan(), rank, 1);
        CheckList("pads", Pads.AsSpan(), 2 * rank, 0);

        void CheckList(string name, ReadOnlySpan<int> values, int count, int least)
        {
            if (values.Length != 0 && values.Length != count)
                throw s.Fail($"attribute '{name}' has {values.Length} values, the input has {rank} spatial axes, so it must have {count}.");
            foreach (int value in values)
                if (value < least) throw s.Fail($"attribute '{name}' has the value {value}; at least {least} is needed.");
        }
    }

    private int Extent(int axis, int kernel) => checked((kernel - 1) * At(Dilations, axis) + 1);

    private int Pad(int index) => AutoPad == AutoPad.Explicit && !Pads.IsEmpty ? Pads[index] : 0;

    private static int At(ValueList<int> list, int axis) => list.IsEmpty ? 1 : list[axis];
}
