namespace Pare.Operators;

public sealed partial record Pad
{
    /// <inheritdoc/>
    // New places are channels of their own, so that a shortcut that pads with zeros can lose them again.
    public override void Channels(ChannelScope s)
    {
        if (s.Input(0) is not { } map) return;
        int[] wide = [.. Enumerable.Range(0, map.Shape.Rank).Where(map.Varies)];
        bool grows = wide.Any(a => map.Shape.Fixed[a] != s.OutputShape().Fixed[a]);
        if (!grows) s.Keep();
        else if (Mode != PadMode.Constant || wide is not [var axis] || !s.Types.Has(1) || s.Types.Numbers(1) is not { } pads || pads.Any(p => p < 0))
            s.KeepAll("it pads channels in a way that is not followed");
        else
        {
            (long before, long after) = Amounts(s.Types, axis);
            s.Output(ChannelMap.Along(s.OutputShape(), axis, [.. s.Fresh((int)before), .. map.Along(axis)!, .. s.Fresh((int)after)]));
        }
    }

    /// <inheritdoc/>
    public override Operator Cut(CutScope s)
    {
        Shape x = s.Types.Shape(0);
        if (!s.IsConstant(1) || s.Types.Numbers(1) is not { } pads) return this;
        int count = pads.Length / 2;
        bool changed = false;
        for (int axis = 0; axis < x.Rank; axis++)
        {
            if (s.OutputStays(0, axis) is not { } stays || Entry(s.Types, axis) is not { } entry) continue;
            int before = (int)pads[entry], inner = x.Fixed[axis];
            pads[entry] = stays.Take(before).Count(i => i);
            pads[entry + count] = stays.Skip(before + inner).Count(i => i);
            changed = true;
        }
        if (changed) s.SetInput(1, Tensor.Vector<long>(pads));
        return this;
    }

    private static (long Before, long After) Amounts(InferScope s, int axis)
    {
        long[] pads = s.Numbers(1)!;
        return Entry(s, axis) is { } entry ? (pads[entry], pads[entry + pads.Length / 2]) : (0, 0);
    }

    private static int? Entry(InferScope s, int axis)
    {
        int rank = s.Shape(0).Rank;
        if (!s.Has(3) || s.Numbers(3) is not { } axes) return axis;
        int at = Array.FindIndex(axes, a => s.Axis(a, rank) == axis);
        return at < 0 ? null : at;
    }
}
