using System.Runtime.ExceptionServices;

namespace Pare.Compression;

/// <summary>Work on several threads at once whose failures reach the caller as they are.</summary>
internal static class Concurrently
{
    /// <summary>Does something for each index. Where several fail, the failure of the least index is thrown; later ones are not begun then.</summary>
    /// <param name="count">How many.</param>
    /// <param name="threads">The most threads; -1: as many as there are processors.</param>
    /// <param name="cancel">Stops it.</param>
    /// <param name="work">What is done for an index.</param>
    public static void For(int count, int threads, CancellationToken cancel, Action<int> work)
    {
        var failures = new Exception?[count];
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancel }, (i, loop) =>
        {
            try
            {
                work(i);
            }
            catch (PareException e)
            {
                failures[i] = e;
                loop.Break();
            }
        });
        if (Array.Find(failures, f => f is not null) is { } failure) ExceptionDispatchInfo.Throw(failure);
    }
}
