namespace Pare.Compression.Data;

/// <summary>A file of a data set known by name.</summary>
/// <param name="Name">Its name, uncompressed; on disk it may also end in <c>.gz</c> or <c>.br</c>.</param>
/// <param name="Bytes">Its length, uncompressed.</param>
/// <param name="Sha256">SHA-256 of its uncompressed content, in lower-case hexadecimal.</param>
/// <param name="Download">The name of the file at a mirror: this one, perhaps compressed, or an archive (<c>.tar</c>, <c>.tar.gz</c>) that
/// holds it.</param>
/// <param name="Member">Its path in that archive; null where the download is the file itself.</param>
public sealed record DataFile(string Name, long Bytes, string Sha256, string Download, string? Member = null);
