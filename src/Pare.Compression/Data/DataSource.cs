using System.Collections.Immutable;

namespace Pare.Compression.Data;

/// <summary>Something that gives data sets: a set known by name, or files of the user.</summary>
public abstract class DataSource
{
    /// <summary>What the user types: a name such as "mnist", or a path.</summary>
    public abstract string Name { get; }

    /// <summary>One line: what it is, its source and licence.</summary>
    public abstract string Description { get; }

    /// <summary>Whether training and test samples are apart. Where not, both parts are the same whole set, and a test on it is no
    /// test.</summary>
    public virtual bool HasParts => true;

    /// <summary>The files it is made of, as far as they are known before they are read; empty for embedded data and paths.</summary>
    public virtual ImmutableArray<DataFile> Files => [];

    /// <summary>Base addresses to fetch the files from, best first; each file is at <c>base/Download</c>.</summary>
    public virtual ImmutableArray<string> Mirrors => [];

    /// <summary>Whether all of <see cref="Files"/> are there; their content is checked when they are opened.</summary>
    public bool IsFound(DataLocations where) => Files.All(file => where.Find(Name, file.Name) is not null);

    /// <summary>Reads a part into memory.</summary>
    /// <param name="part">Training or test samples.</param>
    /// <param name="where">Where to look for the files of a named set.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <exception cref="DataException">A file is missing, damaged or not what it should be.</exception>
    public abstract DataSet Open(DataPart part, DataLocations where, CancellationToken cancel = default);

    /// <summary>Reads the uncompressed content of one of <see cref="Files"/> and checks its length and digest.</summary>
    /// <param name="file">One of <see cref="Files"/>.</param>
    /// <param name="where">Where to look.</param>
    /// <exception cref="DataException">It is found nowhere, cannot be read, or has another digest.</exception>
    protected byte[] ReadFile(DataFile file, DataLocations where)
    {
        string path = where.Find(Name, file.Name) ?? throw NotFound(file, where);
        return Readers.DataBytes.ReadChecked(path, file);
    }

    private DataException NotFound(DataFile file, DataLocations where)
    {
        string[] places = [.. where.Places(Name)];
        string looked = places.Length == 0 ? "no folder was given to look in" : "looked in " + string.Join(", ", places);
        return new DataException(
            $"Data set '{Name}': file '{file.Name}' (plain, .gz or .br) was not found; {looked}. "
            + $"Fetch it with 'pare data get {Name}', or set PARE_DATA to a folder that holds '{Name}/{file.Name}'.");
    }
}
