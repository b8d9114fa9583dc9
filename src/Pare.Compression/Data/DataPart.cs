namespace Pare.Compression.Data;

/// <summary>Which part of a data set is meant.</summary>
public enum DataPart
{
    /// <summary>The samples to learn from; validation splits are cut from them.</summary>
    Train,

    /// <summary>The official test samples, read once at the end.</summary>
    Test,
}
