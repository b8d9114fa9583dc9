namespace Pare.Compression.Search;

/// <summary>Runs the trials of a grid, one after another, and keeps each result as soon as it is there.</summary>
/// <param name="runner">Runs trials.</param>
/// <param name="journal">Keeps results. Trials that it holds already are not run again.</param>
/// <param name="folder">Where the models are.</param>
public sealed class GridSearch(ITrialRunner runner, RunJournal journal, SearchFolder folder)
{
    /// <summary>Runs what is not known yet. A trial that fails is noted with its error, and the search goes on.</summary>
    /// <param name="grid">The trials.</param>
    /// <param name="progress">Hears how it goes, or null.</param>
    /// <param name="cancel">Stops; what is finished is in the journal.</param>
    /// <exception cref="RecipeException">The journal is of another search.</exception>
    /// <exception cref="ModelException">The original could not be measured.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<SearchCurve> RunAsync(Grid grid, IProgress<SearchProgress>? progress, CancellationToken cancel)
    {
        journal.Require(grid.Trials);
        Trial[] trials = [.. grid.Trials.DistinctBy(t => t.Hash)]; // the original is the first
        var results = new Dictionary<ContentHash, TrialResult>();
        for (int i = 0; i < trials.Length; i++)
        {
            Trial trial = trials[i];
            TrialResult? known = journal.Find(trial.Hash);
            bool isKnown = known is not null && folder.Holds(known);
            if (!isKnown) progress?.Report(new SearchProgress(trial, i + 1, trials.Length, Result: null, Known: false));
            TrialResult result = isKnown ? known! : await runner.RunAsync(trial, cancel);
            if (i == 0 && result.Error is not null) throw new ModelException($"The original cannot be measured, so there is nothing to compare with: {result.Error}");
            if (!isKnown) journal.Append(result);
            results.Add(trial.Hash, result);
            progress?.Report(new SearchProgress(trial, i + 1, trials.Length, result, isKnown));
        }
        return new SearchCurve(results[grid.Original.Hash], [.. grid.Points.Select(p => new SearchPoint(p.Value, results[p.Trial.Hash]))]);
    }
}
