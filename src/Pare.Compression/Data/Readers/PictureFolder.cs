using System.Collections.Immutable;

namespace Pare.Compression.Data.Readers;

/// <summary>Reads a folder with one sub-folder of pictures a class; classes are numbered in the ordinal order of their names.</summary>
internal static class PictureFolder
{
    private static readonly string[] Endings = [".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".gif", ".bmp", ".ppm", ".pgm"];

    /// <summary>The class names of a folder: its sub-folders in ordinal order.</summary>
    internal static string[] ClassNames(string folder) =>
        [.. Directory.GetDirectories(folder).Select(d => Path.GetFileName(d)).Where(d => d[0] != '.').Order(StringComparer.Ordinal)];

    /// <summary>Whether a folder looks like this: at least one sub-folder with a picture in it.</summary>
    internal static bool IsPictureFolder(string folder) => Directory.GetDirectories(folder).Any(sub => Pictures(sub).Any());

    /// <summary>Whether a file is a picture by its name.</summary>
    internal static bool IsPicture(string file) => Endings.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads one picture as a set of one sample without a label.</summary>
    internal static DataSet ReadOne(string path, DataOptions options)
    {
        (byte[] picture, int height, int width) = Vips.Load().Read(path, options.Height, options.Width, options.Channels, options.Stretch);
        ImmutableArray<int> shape = [options.Channels, height, width];
        return DataSet.FromBytes(path, shape, 0, Npy.ChannelsFirst<byte>(picture, shape), labels: null);
    }

    /// <summary>Reads all pictures into [N, C, H, W].</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="classes">The class names; a missing sub-folder is a class without samples here.</param>
    /// <param name="options">Size, channels and fit.</param>
    /// <param name="cancel">Stops the reading.</param>
    internal static DataSet Read(string folder, string[] classes, DataOptions options, CancellationToken cancel)
    {
        if (options.Channels is not (1 or 3))
            throw new DataException($"Pictures can be read with 1 or 3 channels, not {options.Channels}.");
        if (options.Height < 0 || options.Width < 0 || (options.Height == 0) != (options.Width == 0))
            throw new DataException(
                $"Pictures cannot be read at {options.Height} x {options.Width}; give both height and width, or neither.");
        (string Path, int Label)[] files =
            [.. classes.SelectMany((name, label) => Pictures(Path.Combine(folder, name)).Order(StringComparer.Ordinal).Select(path => (path, label)))];
        if (files.Length == 0)
            throw new DataException($"Folder '{folder}' has no pictures; expected one sub-folder a class, with {string.Join(", ", Endings)} in it.");
        Vips vips = Vips.Load();
        (byte[] first, int height, int width) = vips.Read(files[0].Path, options.Height, options.Width, options.Channels, options.Stretch);
        int length = first.Length;
        if ((long)length * files.Length > Array.MaxLength)
            throw new DataException(
                $"Folder '{folder}': {files.Length} pictures of {height} x {width} do not fit in memory (at most {Array.MaxLength} "
                + "bytes); read them smaller.");
        var samples = new byte[length * files.Length];
        ImmutableArray<int> shape = [options.Channels, height, width];
        Concurrently.For(files.Length, threads: -1, cancel, i =>
        {
            (byte[] picture, int h, int w) = i == 0 ? (first, height, width) : vips.Read(files[i].Path, options.Height, options.Width, options.Channels, options.Stretch);
            if (h != height || w != width)
            {
                throw new DataException(
                    $"Picture '{files[i].Path}' is {h} x {w}, but '{files[0].Path}' is {height} x {width}; give a height and a width to bring all to one size.");
            }

            // picture [H, W, C] -> sample [C, H, W]
            Npy.ChannelsFirst<byte>(picture, shape).CopyTo(samples.AsSpan(i * length));
        });
        return DataSet.FromBytes(folder, shape, classes.Length, samples, [.. files.Select(f => f.Label)]);
    }

    private static IEnumerable<string> Pictures(string folder) =>
        Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder).Where(IsPicture)
            : [];
}
