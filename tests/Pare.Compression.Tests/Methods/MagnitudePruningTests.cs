using FsCheck;
using FsCheck.Fluent;
using Pare.Compression.Methods;

namespace Pare.Compression.Tests.Methods;

public class MagnitudePruningTests
{
    private static readonly MagnitudePruning Prune = new();

    [Fact]
    public void Apply_AnyNumbers_KeepsExactlyTheLargest() => Prop.ForAll(
        ArbMap.Default.ArbFor<NonEmptyArray<int>>(), ArbMap.Default.ArbFor<byte>(), (numbers, share) =>
        {
            float[] weights = [.. numbers.Get.Select(n => n % 7 / 3f)]; // many ties and zeros
            double density = share / 255.0;
            float[] pruned = Prune.Apply(FakeNetworks.Of(weights), new PruningSettings { Density = density }).Weights["fc.weight"].ToArray();
            int keep = Math.Min((int)Math.Round(density * weights.Length, MidpointRounding.AwayFromZero), weights.Count(w => w != 0));
            int[] best = [.. Enumerable.Range(0, weights.Length).OrderByDescending(i => Math.Abs(weights[i])).ThenBy(i => i).Take(keep)];
            for (int i = 0; i < weights.Length; i++) pruned[i].ShouldBe(best.Contains(i) ? weights[i] : 0);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0.9)]
    [InlineData(0.123)]
    [InlineData(0)]
    [InlineData(1)]
    public void Apply_Sparsity_CountsExactlyInEachLayer(double sparsity)
    {
        Model pruned = Prune.Apply(FakeNetworks.LeNet(), new PruningSettings { Sparsity = sparsity });
        foreach (Layer layer in LayerSelector.Select(pruned, []))
            pruned.Kept(layer.Weight).ShouldBe((int)Math.Round((1 - sparsity) * layer.Shape.Elements, MidpointRounding.AwayFromZero));
    }

    [Fact]
    public void Apply_Threshold_IsInStandardDeviations()
    {
        Model model = FakeNetworks.LeNet();
        float[] weights = model.Weights["fc1.weight"].ToArray();
        double mean = weights.Average(w => (double)w), deviation = Math.Sqrt(weights.Average(w => (w - mean) * (w - mean)));
        Prune.Apply(model, new PruningSettings { Threshold = 1 }, null, "fc1").Kept("fc1.weight").ShouldBe(weights.Count(w => Math.Abs(w) >= (float)deviation));
    }

    [Fact]
    public void Apply_Global_HasOneThreshold()
    {
        Model model = FakeNetworks.LeNet();
        Model pruned = Prune.Apply(model, new PruningSettings { Density = 0.2, Scope = PruningScope.Global });
        Layer[] layers = [.. LayerSelector.Select(model, [])];
        layers.Sum(l => pruned.Kept(l.Weight)).ShouldBe((int)Math.Round(0.2 * layers.Sum(l => l.Shape.Elements)));
        float leastKept = layers.SelectMany(l => pruned.Sparse(l.Weight).Values.ToArray()).Min(Math.Abs);
        foreach (Layer layer in layers)
            model.Weights[layer.Weight].ToArray().Count(w => Math.Abs(w) > leastKept).ShouldBeLessThanOrEqualTo(pruned.Kept(layer.Weight));
    }

    [Fact]
    public void Apply_GlobalOverNorm_ForgetsTheScaleOfALayer()
    {
        Model model = FakeNetworks.LeNet();
        var settings = new PruningSettings { Density = 0.3, Scope = PruningScope.Global, Importance = Importance.MagnitudeOverNorm };
        Model scaled = model.WithWeights([KeyValuePair.Create("fc1.weight", (WeightEncoding)new Dense(
            model.Weights["fc1.weight"].Shape, model.Weights["fc1.weight"].ToArray().Select(w => w * 1024).ToArray()))]);
        Prune.Apply(scaled, settings).Sparse("fc1.weight").Positions.ToArray().ShouldBe(Prune.Apply(model, settings).Sparse("fc1.weight").Positions.ToArray());
    }

    [Fact]
    public void Apply_PrunedAgain_GoesOnFromTheMask()
    {
        Model once = Prune.Apply(FakeNetworks.LeNet(), new PruningSettings { Density = 0.5 });
        Model twice = Prune.Apply(once, new PruningSettings { Density = 0.2 }), back = Prune.Apply(twice, new PruningSettings { Density = 0.9 });
        twice.Weights["fc1.weight"].ToString().ShouldBe("sparse(dense)");
        twice.Kept("fc1.weight").ShouldBe(96); // 20 % of 480, the whole layer's
        twice.Sparse("fc1.weight").Positions.ToArray().ShouldBeSubsetOf(once.Sparse("fc1.weight").Positions.ToArray());
        twice.Weights["fc1.weight"].ToArray().ShouldBe(Prune.Apply(FakeNetworks.LeNet(), new PruningSettings { Density = 0.2 }).Weights["fc1.weight"].ToArray());
        back.Sparse("fc1.weight").Positions.ToArray().ShouldBe(twice.Sparse("fc1.weight").Positions.ToArray()); // nothing comes back
    }

    [Theory]
    [InlineData(PruningSchedule.Gradual, new[] { 269, 141, 76, 51, 48 })] // 480 (0.1 + 0.9 (1 - t/5)^3)
    [InlineData(PruningSchedule.Iterative, new[] { 303, 191, 121, 76, 48 })] // 480 * 0.1^(t/5)
    public void Apply_Schedule_FollowsItsCurve(PruningSchedule schedule, int[] kept)
    {
        var seen = new List<int>();
        var retrainer = new Spy(model => seen.Add(model.Kept("fc1.weight")));
        var context = new CompressionContext { Training = FakeNetworks.Data(), Retrainer = retrainer };
        Model pruned = Prune.Apply(FakeNetworks.LeNet(), new PruningSettings { Density = 0.1, Schedule = schedule }, context, "fc1");
        seen.Add(pruned.Kept("fc1.weight"));
        seen.ShouldBe(kept);
    }

    [Fact]
    public void Apply_ScheduleWithoutData_Throws() => Should.Throw<RecipeException>(() =>
        Prune.Apply(FakeNetworks.LeNet(), new PruningSettings { Density = 0.1, Schedule = PruningSchedule.Gradual })).Message.ShouldContain("needs data");

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void Apply_NotFinite_NamesTheWeight(float bad) =>
        Should.Throw<ModelException>(() => Prune.Apply(FakeNetworks.Of(1, bad, 2), new PruningSettings { Density = 0.5 })).Message.ShouldContain("'fc.weight' has");

    [Fact]
    public void Apply_Clustered_SaysThatItIsTooLate()
    {
        Model clustered = new KMeansClustering().Apply(FakeNetworks.LeNet(), new KMeansSettings { Bits = 3 });
        Should.Throw<RecipeException>(() => Prune.Apply(clustered, new PruningSettings { Density = 0.5 })).Message
            .ShouldContain("prune.magnitude cannot change 'conv1.weight': it is stored as codebook(dense)");
    }

    [Fact]
    public void Cut_LargeLeaf_IsTheSameOnManyThreads()
    {
        var leaf = new Dense(Shape.Of(3_000_000), FakeNetworks.Normal(new Rng(5), 3_000_000));
        (uint Key, long AtKey) Cut(int threads)
        {
            var ranking = new MagnitudeRanking(threads);
            ranking.Add(leaf);
            return ranking.Cut(300_000);
        }
        (uint key, long atKey) = Cut(1);
        Cut(3).ShouldBe((key, atKey));
        (leaf.Values.ToArray().Count(v => MagnitudeRanking.Key(v, 1) > key) + atKey).ShouldBe(300_000);
    }

    private sealed class Spy(Action<Model> see) : IRetrainer
    {
        public Model Retrain(Model model, Compression.Training.TrainingSettings settings, CompressionContext context, CancellationToken cancel)
        {
            see(model);
            return model;
        }
    }
}
