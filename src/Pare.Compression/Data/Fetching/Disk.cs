namespace Pare.Compression.Data.Fetching;

/// <summary>Turns what the disk refuses into a <see cref="DataException"/> that names the path.</summary>
internal static class Disk
{
    internal static void Do(string path, Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refused(path, e);
        }
    }

    internal static DataException Refused(string path, Exception e) =>
        new($"'{path}' cannot be written: {e.Message} Free space, choose another cache folder, or end the other process that writes it.", e);
}
