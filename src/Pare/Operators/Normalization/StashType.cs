namespace Pare.Operators;

/// <summary>The attribute stash_type: in which type a normalization computes and keeps its statistics.</summary>
internal static class StashType
{
    public static DType Read(OperatorReader r) => OnnxTypes.Of(r, r.Int32("stash_type", 1)) is var type && Reals.Holds(type)
        ? type
        : throw r.Fail($"attribute 'stash_type' names {type}; F32 (1) or F64 (11) is needed.");

    public static void Write(OperatorWriter w, DType type)
    {
        if (type != DType.F32) w.Int("stash_type", OnnxTypes.Number(type));
    }
}
