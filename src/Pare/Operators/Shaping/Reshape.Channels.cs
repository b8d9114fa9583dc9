namespace Pare.Operators;

public sealed partial record Reshape
{
    /// <inheritdoc/>
    public override void Channels(ChannelScope s) => s.MoveChannels(this);

    /// <inheritdoc/>
    // Lengths that the target names become what stays; 0 and -1 follow by themselves where they still say the same.
    public override Operator Cut(CutScope s)
    {
        if (!s.IsConstant(1) || s.Types.Numbers(1) is not { } target) return this;
        bool changed = false;
        for (int axis = 0; axis < target.Length; axis++)
        {
            if (s.OutputStays(0, axis) is not { } stays || target[axis] < 0) continue;
            int left = stays.Count(i => i);
            if (target[axis] == 0 && !AllowZero && s.InputStays(0, axis)?.Count(i => i) == left) continue;
            target[axis] = left;
            changed = true;
        }
        if (changed) s.SetInput(1, Tensor.Vector<long>(target));
        return this;
    }
}
