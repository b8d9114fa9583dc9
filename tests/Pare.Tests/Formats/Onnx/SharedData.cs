namespace Pare.Tests.Formats.Onnx;

/// <summary>Where the data sets and models for tests lie: PARE_DATA, or shared/data in a folder above the tests.</summary>
internal static class SharedData
{
    public static string? Folder { get; } = Find();

    public static string PathOf(string name) => Path.Combine(Folder ?? throw new InvalidOperationException("There is no data folder."), name);

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("PARE_DATA") is { Length: > 0 } given) return given;
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (Directory.Exists(Path.Combine(at.FullName, "shared", "data", "models"))) return Path.Combine(at.FullName, "shared", "data");
        return null;
    }
}

/// <summary>A test of a file of the shared data; shown as skipped where there is none.</summary>
public sealed class SharedDataFactAttribute : FactAttribute
{
    public SharedDataFactAttribute(string file)
    {
        if (SharedData.Folder is null || !File.Exists(SharedData.PathOf(file)))
            Skip = $"'{file}' is not here; set PARE_DATA to the folder of the shared data.";
    }
}
