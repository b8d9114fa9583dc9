using System.Collections.Immutable;
using Pare.Compression.Data.Sources;

namespace Pare.Compression.Data;

/// <summary>The data sets known by name. Immutable; extend with <see cref="With"/>.</summary>
public sealed class DataSourceCatalog
{
    private DataSourceCatalog(ImmutableArray<DataSource> sources) => Sources = sources;

    /// <summary>The sets that Pare knows.</summary>
    public static DataSourceCatalog Default { get; } = new([
        new EmbeddedDigits(),
        new Mnist(),
        new Cifar10(),
    ]);

    /// <summary>All sets, in the order of registration.</summary>
    public ImmutableArray<DataSource> Sources { get; }

    /// <summary>This catalog and one more set; a set of the same name is replaced.</summary>
    public DataSourceCatalog With(DataSource source) => new([.. Sources.Where(s => s.Name != source.Name), source]);

    /// <summary>Finds the source that the user means by <paramref name="spec"/>.</summary>
    /// <param name="spec">
    /// A name; or a path: <c>.npz</c>, <c>.npy</c> or IDX (the labels' file beside it is found by its name, or follows after a comma),
    /// a CIFAR <c>.bin</c>, or a folder of one of these or of pictures, one sub-folder a class. Every file also <c>.gz</c> or <c>.br</c>.
    /// </param>
    /// <param name="options">What the files do not say themselves; null: the defaults.</param>
    /// <exception cref="DataException">There is no such name and no such path, or the path is of no known kind.</exception>
    public DataSource Find(string spec, DataOptions? options = null)
    {
        DataSource? named = Sources.FirstOrDefault(s => s.Name == spec);
        if (named is not null)
            return named;
        return PathSource.TryMake(spec, options ?? new DataOptions()) ?? throw new DataException(
            $"There is no data set or path '{spec}'. Known sets: {string.Join(", ", Sources.Select(s => s.Name))}; "
            + "or give a file (.npz, .npy, IDX, CIFAR .bin; also .gz or .br) or a folder with one sub-folder of pictures a class.");
    }
}
