namespace Pare.Lowering;

/// <summary>Where a value lies: at an offset of the arena, or it is a constant.</summary>
internal readonly record struct Place(TensorType? Type, long Offset, Tensor? Constant);
