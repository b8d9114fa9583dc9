namespace Pare.Tests.Shared;

/// <summary>Where the full data sets and real models for tests lie: PARE_DATA, or shared/data in a folder above the tests.</summary>
internal static class SharedData
{
    public static string? Folder { get; } = Find();

    public static string PathOf(string name) => Path.Combine(Folder ?? throw new InvalidOperationException("There is no data folder."), name);

    /// <summary>Why a test of a file or folder is skipped; null where it is there.</summary>
    public static string? Missing(string name) => Folder is null || !Path.Exists(PathOf(name))
        ? $"'{name}' is not here; set PARE_DATA to the folder of the full data sets and models." : null;

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("PARE_DATA") is { Length: > 0 } given) return Directory.Exists(given) ? given : null;
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (Directory.Exists(Path.Combine(at.FullName, "shared", "data", "models"))) return Path.Combine(at.FullName, "shared", "data");
        return null;
    }
}

/// <summary>A test of a file or folder of the shared data; shown as skipped, with the reason, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedDataFactAttribute : FactAttribute
{
    public SharedDataFactAttribute(string name) => Skip = SharedData.Missing(name);
}

/// <summary>As <see cref="SharedDataFactAttribute"/>, with cases.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedDataTheoryAttribute : TheoryAttribute
{
    public SharedDataTheoryAttribute(string name) => Skip = SharedData.Missing(name);
}
