using Pare.Compression.Data.Readers;

namespace Pare.Compression.Data.Sources;

/// <summary>Data of the user: a file, a pair of files, or a folder; what it is follows from names and first bytes.</summary>
internal sealed class PathSource : DataSource
{
    private static readonly string[] TestNames = ["test", "val", "validation"];
    private readonly Func<DataPart, CancellationToken, DataSet> _open;

    private PathSource(string path, string kind, bool hasParts, Func<DataPart, CancellationToken, DataSet> open) =>
        (Name, Description, HasParts, _open) = (path, kind, hasParts, open);

    public override string Name { get; }

    public override string Description { get; }

    public override bool HasParts { get; }

    public override DataSet Open(DataPart part, DataLocations where, CancellationToken cancel = default) => _open(part, cancel);

    /// <summary>The source at a path; null where there is nothing at it.</summary>
    internal static PathSource? TryMake(string spec, DataOptions options)
    {
        if (Directory.Exists(spec))
            return Folder(spec, options);
        if (File.Exists(spec))
            return SingleFile(spec, null, options);
        int comma = spec.IndexOf(',', StringComparison.Ordinal);
        if (comma < 0 || !File.Exists(spec[..comma]))
            return null;
        return File.Exists(spec[(comma + 1)..])
            ? SingleFile(spec[..comma], spec[(comma + 1)..], options)
            : throw new DataException($"Data '{spec}': the file of labels '{spec[(comma + 1)..]}' does not exist.");
    }

    private static PathSource SingleFile(string path, string? labels, DataOptions options)
    {
        string plain = DataBytes.PlainName(path);
        if (plain.EndsWith(".npz", StringComparison.OrdinalIgnoreCase))
            return NpzFile(path, options);
        if (plain.EndsWith(".npy", StringComparison.OrdinalIgnoreCase))
            return new PathSource(path, "NumPy array", hasParts: false, (_, _) => NpyPair(path, labels ?? LabelsBeside(path), options));
        if (plain.EndsWith(".bin", StringComparison.OrdinalIgnoreCase))
            return new PathSource(path, "CIFAR-10 binary", hasParts: false, (_, _) => LabelledRecords.ReadCifar(path, [path]));
        if (PictureFolder.IsPicture(path))
            return new PathSource(path, "picture", hasParts: false, (_, _) => PictureFolder.ReadOne(path, options));
        if (plain.Contains("idx", StringComparison.OrdinalIgnoreCase) || plain.EndsWith("-ubyte", StringComparison.OrdinalIgnoreCase))
            return new PathSource(path, "IDX file", hasParts: false, (_, _) => IdxPair(path, labels ?? LabelsBeside(path)));
        throw new DataException(
            $"File '{path}' is of no known kind by its name; expected .npz, .npy, .bin (CIFAR-10) or a name with 'idx' in it, each "
            + "also .gz or .br; or a picture.");
    }

    private static PathSource Folder(string folder, DataOptions options)
    {
        string? At(string name) => DataBytes.FindVariant(Path.Combine(folder, name));
        if (At("train-images-idx3-ubyte") is not null || At("t10k-images-idx3-ubyte") is not null)
        {
            return new PathSource(folder, "folder of IDX files", hasParts: true, (part, _) =>
            {
                string prefix = part == DataPart.Train ? "train" : "t10k";
                return IdxPair(Need(folder, prefix + "-images-idx3-ubyte"), Need(folder, prefix + "-labels-idx1-ubyte"));
            });
        }

        if (At("data_batch_1.bin") is not null || At("test_batch.bin") is not null)
        {
            return new PathSource(folder, "folder of CIFAR-10 binaries", hasParts: true, (part, _) => LabelledRecords.ReadCifar(
                folder, part == DataPart.Train ? [.. Enumerable.Range(1, 5).Select(i => Need(folder, $"data_batch_{i}.bin"))] : [Need(folder, "test_batch.bin")]));
        }

        if (At("x_train.npy") is not null)
        {
            return new PathSource(folder, "folder of NumPy arrays", hasParts: true, (part, _) =>
            {
                string x = Need(folder, part == DataPart.Train ? "x_train.npy" : "x_test.npy");
                return NpyPair(x, LabelsBeside(x), options);
            });
        }

        if (At("x.npy") is { } alone)
            return new PathSource(folder, "folder of NumPy arrays", hasParts: false, (_, _) => NpyPair(alone, LabelsBeside(alone), options));
        string train = Path.Combine(folder, "train");
        string? test = TestNames.Select(name => Path.Combine(folder, name)).FirstOrDefault(Directory.Exists);
        if (Directory.Exists(train) && test is not null && PictureFolder.IsPictureFolder(train))
        {
            // Classes are numbered over both parts: a class that one part lacks must not shift the others.
            string[] classes = [.. PictureFolder.ClassNames(train).Union(PictureFolder.ClassNames(test)).Order(StringComparer.Ordinal)];
            return new PathSource(
                folder, "folders of pictures", hasParts: true, (part, cancel) => PictureFolder.Read(part == DataPart.Train ? train : test, classes, options, cancel));
        }

        if (PictureFolder.IsPictureFolder(folder))
            return new PathSource(folder, "folder of pictures", hasParts: false, (_, cancel) => PictureFolder.Read(folder, PictureFolder.ClassNames(folder), options, cancel));
        throw new DataException(
            $"Folder '{folder}' holds no data that is known: expected train-images-idx3-ubyte and its companions, data_batch_1.bin and its companions, x_train.npy or x.npy, "
            + "train/ and test/ with one sub-folder of pictures a class, or such sub-folders themselves.");
    }

    private static PathSource NpzFile(string path, DataOptions options)
    {
        string[] names = Npz.Names(path);
        if (names.Contains("x_train"))
        {
            return new PathSource(path, "NumPy archive", hasParts: true, (part, _) =>
            {
                string end = part == DataPart.Train ? "_train" : "_test";
                return Npy.ToDataSet(path, Npz.Read(path, "x" + end), Npz.Read(path, "y" + end), options.StoredLayout);
            });
        }

        if (!names.Contains("x"))
            throw new DataException($"File '{path}' has the arrays {string.Join(", ", names)}; expected x and y, or x_train, y_train, x_test and y_test.");
        return new PathSource(
            path, "NumPy archive", hasParts: false, (_, _) => Npy.ToDataSet(path, Npz.Read(path, "x"), names.Contains("y") ? Npz.Read(path, "y") : null, options.StoredLayout));
    }

    private static DataSet NpyPair(string samples, string? labels, DataOptions options) =>
        Npy.ToDataSet(samples, Npy.Read(samples), labels is null ? null : Npy.Read(labels), options.StoredLayout);

    private static DataSet IdxPair(string samples, string? labels) => Idx.Pair(samples, Idx.Read(samples), labels is null ? null : Idx.Read(labels));

    /// <summary>The file of labels that belongs to a file of samples by its name: x.npy and y.npy, images-idx3 and labels-idx1; null where
    /// there is none.</summary>
    private static string? LabelsBeside(string samples)
    {
        string name = Path.GetFileName(DataBytes.PlainName(samples)), folder = Path.GetDirectoryName(samples) ?? "";
        string other = name.StartsWith('x') ? "y" + name[1..] : name.Replace("images", "labels", StringComparison.Ordinal).Replace("idx3", "idx1", StringComparison.Ordinal);
        return other == name ? null : DataBytes.FindVariant(Path.Combine(folder, other));
    }

    private static string Need(string folder, string file) =>
        DataBytes.FindVariant(Path.Combine(folder, file)) ?? throw new DataException(
            $"Folder '{folder}' lacks '{file}' (plain, .gz or .br).");
}
