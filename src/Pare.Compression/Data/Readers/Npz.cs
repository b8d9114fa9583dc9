using System.IO.Compression;

namespace Pare.Compression.Data.Readers;

/// <summary>Reads NumPy archives: a zip of .npy arrays.</summary>
internal static class Npz
{
    /// <summary>The names of the arrays, without <c>.npy</c>.</summary>
    internal static string[] Names(string path) =>
        WithArchive(path, archive => archive.Entries.Select(entry => ArrayName(entry.FullName)).ToArray());

    /// <summary>Reads one array.</summary>
    internal static Npy Read(string path, string array) => WithArchive(path, archive =>
    {
        ZipArchiveEntry entry = archive.Entries.FirstOrDefault(e => ArrayName(e.FullName) == array)
            ?? throw new DataException($"File '{path}' has no array '{array}'; it has {string.Join(", ", archive.Entries.Select(e => ArrayName(e.FullName)))}.");
        using Stream content = entry.Open();
        string file = $"{path}/{entry.FullName}";
        return Npy.Parse(file, DataBytes.Grow(file, content, Npy.Announced, DataBytes.Limit));
    });

    private static T WithArchive<T>(string path, Func<ZipArchive, T> read) => DataBytes.Guard(path, () =>
    {
        using Stream file = DataBytes.IsCompressed(path)
            ? new MemoryStream(DataBytes.Read(path), writable: false)
            : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        using var archive = new ZipArchive(file, ZipArchiveMode.Read);
        return read(archive);
    });

    private static string ArrayName(string entry) => entry.EndsWith(".npy", StringComparison.Ordinal) ? entry[..^4] : entry;
}
