namespace Pare.Lowering;

/// <summary>Where a value lies: at an offset of the arena, or it is a constant.</summary>
internal sealed record Place(TensorType? Type, long Offset, Tensor? Constant)
{
    /// <summary>Of what lies nowhere: an absent value, or a weight.</summary>
    public static Place None { get; } = new(null, 0, null);
}
