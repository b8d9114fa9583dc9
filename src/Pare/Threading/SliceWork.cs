namespace Pare.Threading;

/// <summary>How much work pays a thread: waking one that spins costs about half a microsecond, so a slice should take a few.</summary>
/// <remarks>It follows from shapes alone, so that results which depend on how work is cut never depend on the thread count. The rates stand for a server core of 2023.</remarks>
internal static class SliceWork
{
    /// <summary>What a slice should take at least.</summary>
    public const double LeastNanoseconds = 2000;

    private const double MultiplyAddsPerNanosecond = 60;
    private const double FloatsPerNanosecond = 8;

    /// <summary>About what so many multiply-adds of a fast kernel take, in nanoseconds.</summary>
    public static double MultiplyAdds(double count) => count / MultiplyAddsPerNanosecond;

    /// <summary>About what a loop takes, in nanoseconds, that reads and writes so many numbers.</summary>
    public static double Floats(double count) => count / FloatsPerNanosecond;

    /// <summary>Into how many slices it pays to cut work, 1 to <paramref name="most"/>.</summary>
    /// <param name="nanoseconds">About what all of it takes on one thread.</param>
    /// <param name="most">How many there can be, at least 1.</param>
    public static int Count(double nanoseconds, int most) => (int)Math.Clamp(nanoseconds / LeastNanoseconds, 1, Math.Max(1, most));
}
