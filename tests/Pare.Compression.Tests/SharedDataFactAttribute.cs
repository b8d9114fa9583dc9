namespace Pare.Compression.Tests;

/// <summary>A test that needs the full data sets: PARE_DATA, or a folder "shared/data" beside a folder above this one. Skipped, with the reason, where absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedDataFactAttribute : FactAttribute
{
    public SharedDataFactAttribute()
    {
        if (Folder is null)
            Skip = "The full data sets are not here: set PARE_DATA to a folder with mnist/ and cifar10/.";
    }

    public static string? Folder { get; } = Find();

    private static string? Find()
    {
        string? named = Environment.GetEnvironmentVariable("PARE_DATA");
        if (!string.IsNullOrEmpty(named))
            return Directory.Exists(named) ? named : null;
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string shared = Path.Combine(at.FullName, "shared", "data");
            if (Directory.Exists(shared))
                return shared;
        }

        return null;
    }
}
