using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Pare.Formats.Onnx.Wire;

namespace Pare.Formats.Onnx;

/// <summary>Reads tensors that lie in files beside the model. Only files inside the model's folder are opened.</summary>
internal sealed class ExternalData(string? folder) : IDisposable
{
    private readonly Dictionary<string, OpenFile> _files = new(StringComparer.Ordinal);

    /// <summary>Reads the bytes of a tensor.</summary>
    /// <param name="tensor">The tensor; its <c>external_data</c> says where.</param>
    /// <param name="label">The tensor in messages.</param>
    /// <param name="need">How many bytes its type and dims make.</param>
    /// <exception cref="ModelException">The place is malformed or outside the folder, or the file is missing or too short.</exception>
    public byte[] Read(TensorProto tensor, string label, int need)
    {
        string location = "";
        long offset = 0, length = need;
        foreach (StringStringEntryProto entry in tensor.ExternalData)
            switch (entry.Key)
            {
                case "location": location = entry.Value; break;
                case "offset": offset = Number(entry, label); break;
                case "length": length = Number(entry, label); break;
                default: break; // the checksum is optional, and its algorithm is not the same in all tools
            }
        if (length != need) throw new ModelException($"{label}: its external data has {length} bytes, its type and dims need {need}.");
        OpenFile file = Open(location, label);
        if (offset > file.Length - need)
            throw new ModelException($"{label}: bytes {offset} to {offset + (decimal)need} of '{location}' are needed, the file has {file.Length}.");
        // Parts of a file may not be asked for again and again: that would let a small model make Pare allocate without end.
        if ((file.Taken += need) > file.Length)
            throw new ModelException($"{label}: the tensors in '{location}' overlap: up to here they need {file.Taken} bytes, the file has {file.Length}.");
        byte[] bytes = GC.AllocateUninitializedArray<byte>(need);
        for (int at = 0; at < need;)
        {
            int got = RandomAccess.Read(file.Handle, bytes.AsSpan(at), offset + at);
            if (got == 0) throw new ModelException($"{label}: '{location}' ended early, {need - at} bytes are missing.");
            at += got;
        }
        return bytes;
    }

    public void Dispose()
    {
        foreach (OpenFile file in _files.Values) file.Handle.Dispose();
    }

    private OpenFile Open(string location, string label)
    {
        if (folder is null)
            throw new ModelException($"{label} lies in the file '{location}', but the model was read from a stream, not from a folder. Read it by its path.");
        if (_files.TryGetValue(location, out OpenFile? open)) return open;
        string path = Inside(folder, location, label);
        if (!File.Exists(path))
            throw new ModelException($"{label}: its data file '{location}' is not in the folder '{folder}'. Copy it there, beside the model.");
        try
        {
            SafeFileHandle handle = File.OpenHandle(path);
            return _files[location] = new OpenFile(handle, RandomAccess.GetLength(handle));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new ModelException($"{label}: its data file '{location}' in '{folder}' cannot be opened: {e.Message}", e);
        }
    }

    /// <summary>The path of a file inside the folder; links are followed and must stay inside too.</summary>
    private static string Inside(string folder, string location, string label)
    {
        string[] parts = location.Split('/', '\\');
        bool plain = location.Length > 0 && !location.Contains('\0') && !location.Contains(':')
            && parts.All(p => p.Length > 0 && p != "..");
        if (!plain)
            throw new ModelException($"{label}: its data file is given as '{location}'; it must be a relative path inside the model's folder, without '..'.");
        string root = Resolve(Path.GetFullPath(folder));
        string path = root;
        foreach (string part in parts)
        {
            path = Resolve(Path.Combine(path, part));
            if (!path.StartsWith(Path.EndsInDirectorySeparator(root) ? root : root + Path.DirectorySeparatorChar, StringComparison.Ordinal) && path != root)
                throw new ModelException($"{label}: its data file '{location}' is a link that leads out of the model's folder '{folder}'; put the file itself there.");
        }
        return path;
    }

    private static string Resolve(string path)
    {
        try
        {
            FileSystemInfo info = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
            return info.LinkTarget is not null && info.ResolveLinkTarget(returnFinalTarget: true) is { } target ? Path.GetFullPath(target.FullName) : path;
        }
        catch (IOException e)
        {
            throw new ModelException($"The path '{path}' cannot be followed: {e.Message}", e);
        }
    }

    private static long Number(StringStringEntryProto entry, string label) =>
        long.TryParse(entry.Value, NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value
            : throw new ModelException($"{label}: '{entry.Key}' of its external data is '{entry.Value}', not a number of bytes.");

    private sealed class OpenFile(SafeFileHandle handle, long length)
    {
        public SafeFileHandle Handle => handle;
        public long Length => length;
        public long Taken { get; set; }
    }
}
