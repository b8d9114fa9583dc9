using System.Collections.Immutable;

namespace Pare.Compression.Advice;

/// <summary>What would help a network.</summary>
/// <param name="Cost">What the network costs now.</param>
/// <param name="Recommendations">All that was found, in the order of the catalog.</param>
/// <param name="Refused">Suggestions whose method said no, each with its words.</param>
public sealed record AdviceReport(ModelCost Cost, ImmutableArray<Recommendation> Recommendations, ImmutableArray<(string Step, string Reason)> Refused)
{
    /// <summary>Less than this is not worth a line.</summary>
    private const double Least = 0.001;

    /// <summary>What helps towards a goal, the most helpful first; what costs something for the sake of accuracy comes last.</summary>
    /// <returns>For each adviser its recommendations, the best one first: the others are variants of it.</returns>
    public IEnumerable<ImmutableArray<Recommendation>> Ranked(AdviceGoal goal) => Recommendations
        .Where(r => r.IsAsked || r.ForAccuracy || r.Score(goal) > Least)
        .OrderByDescending(r => r.Score(goal))
        .GroupBy(r => (r.Adviser, r.ForAccuracy, Asked: r.IsAsked ? r.Step : ""))
        .OrderBy(g => g.Key.ForAccuracy && g.First().Score(goal) <= Least)
        .ThenByDescending(g => g.First().Score(goal))
        .Select(g => g.ToImmutableArray());
}
