namespace Pare.Operators;

/// <summary>The operator set of what ONNX does not have: training, gradients, losses.</summary>
public static class PareDomain
{
    /// <summary>Its name in files.</summary>
    public const string Name = "pare";
}
