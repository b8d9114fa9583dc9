using FsCheck;
using FsCheck.Fluent;
using Pare.Compression.Quantization.Mixed;

namespace Pare.Compression.Tests.Quantization.Mixed;

public class AssignmentTests
{
    private static LayerChoices[] Draw(Rng rng, int layers, int choices, int most) => [.. Enumerable.Range(0, layers).Select(_ => new LayerChoices(
        [.. Enumerable.Range(0, choices).Select(_ => (long)rng.NextInt32(most))], [.. Enumerable.Range(0, choices).Select(_ => Math.Round(rng.NextDouble(), 2))]))];

    private static IEnumerable<(long Cost, double Damage)> All(LayerChoices[] layers) =>
        layers.Aggregate<LayerChoices, IEnumerable<(long Cost, double Damage)>>([(0, 0)], (sums, l) => sums.SelectMany(s => l.Costs.Zip(l.Damages, (c, d) => (s.Cost + c, s.Damage + d))));

    /// <summary>With costs that fit the buckets, each budget gets what trying everything gives.</summary>
    [Fact]
    public void Solve_SmallCosts_IsExactForEveryBudget() => Prop.ForAll(Gen.Choose(1, 1_000_000).ToArbitrary(), seed =>
    {
        var rng = new Rng((ulong)seed);
        LayerChoices[] layers = Draw(rng, 1 + rng.NextInt32(5), 1 + rng.NextInt32(4), 30);
        (long Cost, double Damage)[] all = [.. All(layers)];
        Assignment solved = Assignment.Solve(layers);
        solved.LeastCost.ShouldBe(all.Min(a => a.Cost));
        for (long budget = solved.LeastCost - 1; budget <= all.Max(a => a.Cost) + 1; budget++)
        {
            AssignmentPoint? point = solved.Within(budget);
            if (budget < solved.LeastCost)
            {
                point.ShouldBeNull();
                continue;
            }
            point.ShouldNotBeNull().Cost.ShouldBeLessThanOrEqualTo(budget);
            point.Damage.ShouldBe(all.Where(a => a.Cost <= budget).Min(a => a.Damage), 1e-9);
            point.Cost.ShouldBe(layers.Select((l, i) => l.Costs[point.Choices[i]]).Sum());
            point.Damage.ShouldBe(layers.Select((l, i) => l.Damages[point.Choices[i]]).Sum(), 1e-9);
        }
    }).QuickCheckThrowOnFailure();

    /// <summary>With coarse buckets a budget is still kept, and at worst one bucket a layer is lost.</summary>
    [Fact]
    public void Solve_CoarseBuckets_NeverExceedsAndLosesLittle() => Prop.ForAll(Gen.Choose(1, 1_000_000).ToArbitrary(), seed =>
    {
        const int Buckets = 50;
        var rng = new Rng((ulong)seed);
        LayerChoices[] layers = Draw(rng, 4, 4, 100_000);
        (long Cost, double Damage)[] all = [.. All(layers)];
        Assignment solved = Assignment.Solve(layers, Buckets);
        long slack = layers.Length * (1 + layers.Sum(l => l.Costs.Max() - l.Costs.Min()) / Buckets);
        for (int i = 0; i < 20; i++)
        {
            long budget = solved.LeastCost + slack + rng.NextInt32(200_000);
            AssignmentPoint point = solved.Within(budget).ShouldNotBeNull();
            point.Cost.ShouldBeLessThanOrEqualTo(budget);
            point.Damage.ShouldBeLessThanOrEqualTo(all.Where(a => a.Cost <= budget - slack).Min(a => a.Damage) + 1e-9);
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Solve_Curve_RisesInCostAndFallsInDamage()
    {
        Assignment solved = Assignment.Solve(Draw(new Rng(4), 12, 5, 1_000_000));
        solved.Curve.Length.ShouldBeGreaterThan(20);
        solved.Curve[0].Cost.ShouldBe(solved.LeastCost);
        for (int i = 1; i < solved.Curve.Length; i++)
        {
            solved.Curve[i].Cost.ShouldBeGreaterThan(solved.Curve[i - 1].Cost);
            solved.Curve[i].Damage.ShouldBeLessThan(solved.Curve[i - 1].Damage);
        }
    }

    [Fact]
    public void Solve_Cancelled_Stops() =>
        Should.Throw<OperationCanceledException>(() => Assignment.Solve(Draw(new Rng(4), 2, 2, 10), cancel: new CancellationToken(canceled: true)));

    [Fact]
    public void Monotone_NoiseOfMeasuring_IsTakenOut() => LayerChoices.Monotone([0.5, 0.1, 0.2, 0.05, 0.06]).ShouldBe([0.5, 0.1, 0.1, 0.05, 0.05]);
}
