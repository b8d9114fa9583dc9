namespace Pare.Compression.Search;

/// <summary>What a model is called cheap by.</summary>
public enum SearchCost
{
    /// <summary>Multiply-accumulates.</summary>
    Macs,
    /// <summary>Bytes of the .pare file.</summary>
    Bytes,
    /// <summary>Parameters.</summary>
    Parameters,
}
