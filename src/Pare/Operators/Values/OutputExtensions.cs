namespace Pare.Operators;

/// <summary>Optional outputs, which nobody may have asked for.</summary>
internal static class OutputExtensions
{
    /// <summary>True where the output is there and has elements.</summary>
    public static bool Asked(this ReadOnlySpan<Tensor> outputs, int index) => index < outputs.Length && outputs[index] is { Length: > 0 };
}
