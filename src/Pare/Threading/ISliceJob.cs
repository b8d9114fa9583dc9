namespace Pare.Threading;

/// <summary>Work cut into slices. How it is cut follows from shapes alone, so results never depend on the thread count.</summary>
internal interface ISliceJob
{
    /// <summary>Does one slice.</summary>
    /// <param name="slice">0 to the number of slices less one; each runs exactly once, in any order, on any thread.</param>
    /// <param name="worker">0 to <see cref="WorkerPool.Threads"/> less one: which scratch this slice may use meanwhile.</param>
    void Execute(int slice, int worker);
}
