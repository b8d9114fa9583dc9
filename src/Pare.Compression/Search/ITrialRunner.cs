namespace Pare.Compression.Search;

/// <summary>Runs trials: in this process, or elsewhere.</summary>
public interface ITrialRunner
{
    /// <summary>Runs a trial to its end and keeps its model.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="cancel">Stops; nothing is kept of the trial then.</param>
    /// <returns>What came of it. A trial that its recipe or its model lets fail has an error; that is no exception.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    Task<TrialResult> RunAsync(Trial trial, CancellationToken cancel);
}
