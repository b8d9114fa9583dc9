namespace Pare.Formats.Container;

/// <summary>Which names a <c>.pare</c> file keeps besides those of inputs and outputs.</summary>
public enum KeptNames
{
    /// <summary>None: weights and nodes are numbered. The smallest file; reports can no longer name layers.</summary>
    None,
    /// <summary>Those of weights and nodes.</summary>
    WeightsAndNodes,
    /// <summary>All, also those of constants and of values between nodes.</summary>
    All,
}
