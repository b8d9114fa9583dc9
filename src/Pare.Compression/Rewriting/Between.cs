namespace Pare.Compression.Rewriting;

/// <summary>What stands between the layers that a rewrite puts in the place of one.</summary>
public enum Between
{
    /// <summary>Nothing: together they are linear, as the old layer was.</summary>
    None,
    /// <summary>A rectifier.</summary>
    Relu,
    /// <summary>A batch norm.</summary>
    BatchNorm,
    /// <summary>A batch norm and a rectifier.</summary>
    BatchNormRelu,
}
