using System.Security.Cryptography;

namespace Pare.Compression.Data.Readers;

/// <summary>Reads whole files, plain or compressed, and never takes more memory than about twice their real content.</summary>
internal static class DataBytes
{
    /// <summary>What a file decompresses to at most where its own header announces nothing: the longest array.</summary>
    internal static readonly long Limit = Array.MaxLength;

    private const int FirstBuffer = 1 << 17;
    private static readonly string[] Suffixes = ["", ".gz", ".br"];

    /// <summary>Reads from the first bytes how long the whole must be; null where they do not tell.</summary>
    internal delegate long? AnnouncedLength(ReadOnlySpan<byte> head);

    /// <summary>The path itself, or with <c>.gz</c> or <c>.br</c>, whichever exists first; null where none does.</summary>
    internal static string? FindVariant(string path) => Suffixes.Select(s => path + s).FirstOrDefault(File.Exists);

    /// <summary>The path without <c>.gz</c> or <c>.br</c>.</summary>
    internal static string PlainName(string path) => IsCompressed(path) ? path[..^3] : path;

    internal static bool IsCompressed(string path) =>
        path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".br", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads the uncompressed content.</summary>
    /// <param name="path">The file; <c>.gz</c> and <c>.br</c> are decompressed.</param>
    /// <param name="announced">Stops the decompression of a file that holds more than its header says.</param>
    /// <param name="limit">The most bytes to accept.</param>
    /// <param name="known">Where the content's length is known from elsewhere than the file: the buffer to begin with.</param>
    internal static byte[] Read(string path, AnnouncedLength? announced = null, long? limit = null, int known = FirstBuffer - 1)
    {
        long most = Math.Min(limit ?? Limit, Limit);
        return Guard(path, () =>
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
            if (IsCompressed(path))
            {
                using Stream content = Decompress(path, file);
                return Grow(path, content, announced, most, known + 1);
            }

            if (file.Length > most)
                throw TooLong(path, most);
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
        });
    }

    /// <summary>Reads a file of known length and digest.</summary>
    internal static byte[] ReadChecked(string path, DataFile file)
    {
        byte[] content = Read(path, _ => file.Bytes, file.Bytes, (int)file.Bytes);
        if (content.Length != file.Bytes)
            throw new DataException(
                $"File '{path}' has {content.Length} bytes of content; '{file.Name}' has {file.Bytes}. Delete it and fetch it again.");
        string digest = Convert.ToHexStringLower(SHA256.HashData(content));
        if (digest != file.Sha256)
            throw new DataException(
                $"File '{path}': SHA-256 of the uncompressed content is {digest}, expected {file.Sha256}. Delete it and fetch it "
                + "again.");
        return content;
    }

    /// <summary>Length and SHA-256 of the uncompressed content, without keeping it.</summary>
    internal static string Digest(string path, string name, long limit) => Guard(path, () =>
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        using Stream content = Decompress(name, file);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 16];
        long total = 0;
        for (int read; (read = content.Read(buffer)) > 0; hash.AppendData(buffer, 0, read))
        {
            total += read;
            if (total > limit)
                throw TooLong(path, limit);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    });

    /// <summary>The content of a seekable stream whose file is called <paramref name="name"/>: decompressed by its ending.</summary>
    internal static Stream Decompress(string name, Stream stream) =>
        name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new WholeGzipStream(stream)
        : name.EndsWith(".br", StringComparison.OrdinalIgnoreCase) ? new WholeBrotliStream(stream)
        : stream;

    /// <summary>Reads a stream to its end into a buffer that grows with what has really come, never with what was announced.</summary>
    internal static byte[] Grow(string path, Stream content, AnnouncedLength? announced, long most, int firstBuffer = FirstBuffer)
    {
        var buffer = new byte[Math.Min(firstBuffer, most + 1)];
        int used = content.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        if (announced?.Invoke(buffer.AsSpan(0, used)) is { } length)
            most = Math.Min(most, length);
        while (used == buffer.Length && used <= most)
        {
            Array.Resize(ref buffer, (int)Math.Min(buffer.Length * 2L, Math.Min(most + 1, Array.MaxLength)));
            int read = content.ReadAtLeast(buffer.AsSpan(used), buffer.Length - used, throwOnEndOfStream: false);
            used += read;
            if (read == 0)
                break;
        }

        if (used > most)
            throw TooLong(path, most);
        if (used != buffer.Length)
            Array.Resize(ref buffer, used);
        return buffer;
    }

    /// <summary>Turns what files and decompressors throw into a <see cref="DataException"/> that names the file.</summary>
    internal static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"File '{path}' cannot be read: {e.Message}", e);
        }
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException)
        {
            throw new DataException(
                $"File '{path}' is damaged: its compressed content cannot be decompressed ({e.Message}). Fetch or make it again.", e);
        }
    }

    private static DataException TooLong(string path, long most) =>
        new($"File '{path}' holds more than the {most} bytes that are expected or that fit in memory.");
}
