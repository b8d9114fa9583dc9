namespace Pare.Compression.Search;

/// <summary>How a search goes: told when a trial begins and when it ends.</summary>
/// <param name="Trial">The trial.</param>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Result">What came of it; null where it begins.</param>
/// <param name="Known">True where the result was in the journal already.</param>
public sealed record SearchProgress(Trial Trial, int Number, int Count, TrialResult? Result, bool Known);
