namespace Pare.Operators;

/// <summary>The ONNX operator set of classical machine learning.</summary>
internal static class ClassicalDomain
{
    /// <summary>Its name in files.</summary>
    public const string Name = "ai.onnx.ml";
}
