using System.Formats.Tar;
using Pare.Compression.Data.Readers;

namespace Pare.Compression.Data.Fetching;

/// <summary>Checks what has been downloaded and moves it to its place, whole or not at all.</summary>
internal static class Installer
{
    /// <summary>Where a file of the set lies, plain or compressed; null where it does not.</summary>
    internal static string? Find(string folder, DataFile file) => DataBytes.FindVariant(Path.Combine(folder, file.Name));

    internal static bool IsInstalled(string folder, DataFile file, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return Find(folder, file) is { } path && Fault(path, path, file) is null;
    }

    /// <summary>Installs a complete download; null when done, else what is wrong with it.</summary>
    internal static string? TryInstall(string folder, string part, string name, DataFile[] files, CancellationToken cancel)
    {
        if (files is not [{ Member: null } single])
            return TryUnpack(folder, part, name, files, cancel);
        if (Fault(part, name, single) is { } fault)
            return fault;
        Install(folder, single, part, Path.Combine(folder, name));
        return null;
    }

    private static string? TryUnpack(string folder, string part, string name, DataFile[] files, CancellationToken cancel)
    {
        string Aside(DataFile file) => Path.Combine(folder, file.Name + ".unpacked");
        try
        {
            Unpack(part, name, files, Aside, cancel);
            foreach (DataFile file in files)
            {
                if (!File.Exists(Aside(file)))
                    return $"the archive has no '{file.Member}'";
                if (Fault(Aside(file), file.Name, file) is { } fault)
                    return fault;
            }

            foreach (DataFile file in files)
                Install(folder, file, Aside(file), Path.Combine(folder, file.Name));
            Disk.Do(part, () => File.Delete(part));
            return null;
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException)
        {
            return $"the archive cannot be unpacked ({e.Message})";
        }
        catch (IOException e)
        {
            throw Disk.Refused(folder, e);
        }
        finally
        {
            foreach (DataFile file in files)
                File.Delete(Aside(file));
        }
    }

    private static void Unpack(string part, string name, DataFile[] files, Func<DataFile, string> aside, CancellationToken cancel)
    {
        using FileStream stream = File.OpenRead(part);
        using Stream content = DataBytes.Decompress(name, stream);
        using var archive = new TarReader(content);
        while (archive.GetNextEntry() is { } entry)
        {
            cancel.ThrowIfCancellationRequested();
            DataFile? file = files.FirstOrDefault(f => f.Member == entry.Name);
            if (file is null || entry.DataStream is null || entry.Length != file.Bytes)
                continue; // a member of another length is reported as missing; nothing unknown is ever written
            using FileStream to = File.Create(aside(file));
            entry.DataStream.CopyTo(to);
        }
    }

    // The other variants of the name go, so that the one just checked is the one that is found.
    private static void Install(string folder, DataFile file, string from, string to) => Disk.Do(to, () =>
    {
        File.Move(from, to, overwrite: true);
        while (Find(folder, file) is { } other && other != to)
            File.Delete(other);
    });

    private static string? Fault(string path, string name, DataFile file)
    {
        try
        {
            string digest = DataBytes.Digest(path, name, file.Bytes);
            return digest == file.Sha256 ? null : $"SHA-256 of the uncompressed content of '{file.Name}' is {digest}, expected {file.Sha256}";
        }
        catch (DataException e)
        {
            return e.Message;
        }
    }
}
