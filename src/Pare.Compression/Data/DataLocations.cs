using System.Collections.Immutable;

namespace Pare.Compression.Data;

/// <summary>Where data sets known by name are looked for. The program passes it in; nothing here reads the environment.</summary>
/// <param name="Folders">Folders named by the user (<c>PARE_DATA</c>), searched first, in order.</param>
/// <param name="Cache">The user's cache, searched last, and where fetched files go; null: none.</param>
public sealed record DataLocations(ImmutableArray<string> Folders, string? Cache = null)
{
    /// <summary>No folder at all: only embedded data and paths can be opened.</summary>
    public static DataLocations None { get; } = new([]);

    /// <summary>The folders in the order in which they are searched for the files of a set: <c>folder/set</c>, then the folder
    /// itself.</summary>
    internal IEnumerable<string> Places(string set)
    {
        foreach (string folder in Folders)
        {
            yield return Path.Combine(folder, set);
            yield return folder;
        }

        if (Cache is not null)
            yield return Path.Combine(Cache, set);
    }

    /// <summary>The first place that has the file, plain, <c>.gz</c> or <c>.br</c>; null where none has.</summary>
    internal string? Find(string set, string file) =>
        Places(set).Select(place => Readers.DataBytes.FindVariant(Path.Combine(place, file))).FirstOrDefault(path => path is not null);
}
