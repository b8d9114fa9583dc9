namespace Pare.Operators;

public sealed partial record Resize
{
    /// <inheritdoc/>
    public override void Channels(ChannelScope s)
    {
        if (Coordinates == ResizeCoordinates.CropAndResize) s.KeepAll("it may crop channels");
        else s.Keep();
    }

    /// <inheritdoc/>
    // Scales of 1 stay true; sizes name the lengths.
    public override Operator Cut(CutScope s)
    {
        if (!s.IsConstant(3) || s.Types.Numbers(3) is not { Length: > 0 } sizes) return this;
        int rank = s.Types.Shape(0).Rank;
        bool changed = false;
        for (int i = 0; i < sizes.Length; i++)
        {
            if (s.OutputStays(0, Axes.IsEmpty ? i : s.Types.Axis(Axes[i], rank)) is not { } stays) continue;
            sizes[i] = stays.Count(k => k);
            changed = true;
        }
        if (changed) s.SetInput(3, Tensor.Vector<long>(sizes));
        return this;
    }
}
