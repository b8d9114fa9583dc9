using System.Collections.Immutable;
using Pare.Compression.Data.Fetching;

namespace Pare.Compression.Data;

/// <summary>Brings the files of a data set into a cache folder: mirror after mirror, resumed where it broke off, checked before it
/// counts.</summary>
/// <remarks>
/// What is checked is the SHA-256 of the uncompressed content of every file, so a mirror may compress as it likes. A download grows as
/// <c>NAME.part</c>
/// and is renamed when it is whole and right; archives are unpacked aside first. The client must not decompress by itself (the default).
/// </remarks>
/// <param name="client">Does the requests; the caller owns it.</param>
public sealed class DataFetcher(HttpClient client)
{
    private const int AttemptsPerMirror = 4;

    /// <summary>How long a server may send nothing before the attempt counts as broken off.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Fetches what is missing or damaged.</summary>
    /// <param name="source">A set known by name.</param>
    /// <param name="cache">The cache; files go to <c>cache/NAME</c>, which is made where needed.</param>
    /// <param name="mirrors">Base addresses to use instead of the source's own; null or empty: its own.</param>
    /// <param name="progress">Told after every block.</param>
    /// <param name="cancel">Stops; what has come stays as <c>.part</c> and is used next time.</param>
    /// <returns>The files, in the order of <see cref="DataSource.Files"/>.</returns>
    /// <exception cref="DataException">The source has no files to fetch, the disk refuses, or every mirror failed; the message says what to
    /// do without a network.</exception>
    public async Task<ImmutableArray<string>> FetchAsync(
        DataSource source, string cache, IReadOnlyList<string>? mirrors = null, IProgress<FetchProgress>? progress = null, CancellationToken cancel = default)
    {
        if (source.Files.IsEmpty)
            throw new DataException($"Data set '{source.Name}' has no files to fetch: {source.Description}.");
        IReadOnlyList<string> bases = mirrors is { Count: > 0 } ? mirrors : source.Mirrors;
        string folder = Path.Combine(cache, source.Name);
        Disk.Do(folder, () => Directory.CreateDirectory(folder));
        foreach (IGrouping<string, DataFile> download in source.Files.GroupBy(file => file.Download))
        {
            DataFile[] files = [.. download];
            if (files.All(file => Installer.IsInstalled(folder, file, cancel)))
                continue;
            await FetchOneAsync(source, folder, download.Key, files, bases, progress, cancel);
        }

        return [.. source.Files.Select(file => Installer.Find(folder, file)!)];
    }

    private async Task FetchOneAsync(
        DataSource source, string folder, string name, DataFile[] files, IReadOnlyList<string> mirrors, IProgress<FetchProgress>? progress, CancellationToken cancel)
    {
        // Compression never makes these files notably larger; an archive adds its headers. More than this is not what was asked for.
        long limit = files.Sum(file => file.Bytes) + files.Sum(file => file.Bytes) / 10 + (1 << 20);
        var download = new Download(client, name, Path.Combine(folder, name + ".part"), limit, StallTimeout, progress);
        var reasons = new List<string>();
        foreach (string mirror in mirrors)
        {
            string address = mirror.TrimEnd('/') + "/" + name;
            for (int attempt = 1; attempt <= AttemptsPerMirror; attempt++)
            {
                long before = download.BytesOnDisk;
                string? fault = await download.TryAsync(address, cancel);
                if (fault is null)
                {
                    fault = Installer.TryInstall(folder, download.Part, name, files, cancel);
                    if (fault is null)
                        return;
                    download.Discard();
                    reasons.Add($"{address}: {fault}");
                    if (before == 0)
                        break; // a wrong whole: this mirror has nothing better
                    continue; // perhaps the earlier part was bad, or from another mirror: once more from the start
                }

                reasons.Add($"{address}: {fault}");
                if (download.BytesOnDisk == before)
                    break; // nothing came: try the next mirror
            }
        }

        string tried = reasons.Count == 0 ? "there is no mirror to try" : "tried " + string.Join("; ", reasons);
        string needed = string.Join(", ", files.Select(file => file.Name));
        throw new DataException(
            $"Data set '{source.Name}': '{name}' could not be fetched: {tried}. Without a network: put {needed} (plain, .gz or .br) into '{folder}', "
            + $"or set PARE_DATA to a folder that holds them under '{source.Name}/'. With one: name another mirror with --mirror ADDRESS; what has come is kept and resumed.");
    }
}
