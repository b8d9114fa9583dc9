namespace Pare.Compression.Data;

/// <summary>How far a download has come.</summary>
/// <param name="File">The file being fetched.</param>
/// <param name="Address">Where from.</param>
/// <param name="BytesDone">Bytes on disk so far, those of an earlier attempt included.</param>
/// <param name="BytesTotal">How long it will be; null where the server does not say.</param>
public readonly record struct FetchProgress(string File, string Address, long BytesDone, long? BytesTotal);
