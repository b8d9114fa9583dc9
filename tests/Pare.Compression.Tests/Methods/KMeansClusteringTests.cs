using FsCheck;
using FsCheck.Fluent;
using Pare.Compression.Methods;
using Pare.Encodings;

namespace Pare.Compression.Tests.Methods;

public class KMeansClusteringTests
{
    private static readonly KMeansClustering Cluster = new();

    private static Codebook Run(float[] weights, KMeansSettings settings, int threads = 1) =>
        Cluster.Apply(FakeNetworks.Of(weights), settings, new CompressionContext { Threads = threads, Seed = 4 }).Weights["fc.weight"].ShouldBeOfType<Codebook>();

    private static void ShouldBeAFixpoint(float[] weights, Codebook book)
    {
        float[] table = book.Table.ToArray();
        var members = new List<float>[table.Length];
        for (int c = 0; c < table.Length; c++) members[c] = [];
        for (int i = 0; i < weights.Length; i++)
        {
            double nearest = table.Min(t => Math.Abs((double)t - weights[i]));
            Math.Abs((double)table[book.Indices[i]] - weights[i]).ShouldBeLessThanOrEqualTo(nearest + 1e-6, $"{weights[i]} of {string.Join(' ', table)}");
            members[book.Indices[i]].Add(weights[i]);
        }
        for (int c = 0; c < table.Length; c++)
        {
            members[c].ShouldNotBeEmpty();
            table[c].ShouldBe((float)members[c].Average(m => (double)m), 1e-6f);
        }
    }

    [Theory]
    [InlineData(KMeansStart.Linear)]
    [InlineData(KMeansStart.Density)]
    [InlineData(KMeansStart.Random)]
    public void Apply_AnyNumbers_EndsAtAFixpointOfLloyd(KMeansStart start) => Prop.ForAll(
        ArbMap.Default.ArbFor<NonEmptyArray<short>>(), ArbMap.Default.ArbFor<byte>(), (numbers, k) =>
        {
            float[] weights = [.. numbers.Get.Select(n => n / 100f)];
            int clusters = 1 + k % 9;
            Codebook book = Run(weights, new KMeansSettings { Clusters = clusters, Start = start });
            ShouldBeAFixpoint(weights, book);
            book.Table.Length.ShouldBe(Math.Min(clusters, weights.Distinct().Count())); // no cluster stays empty
            book.Table.ToArray().ShouldBeInOrder();
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Apply_SmallSet_IsNotFarFromTheBestOfAllPartitions()
    {
        var rng = new Rng(8);
        for (int round = 0; round < 30; round++)
        {
            float[] weights = FakeNetworks.Normal(rng, 14);
            double best = Best([.. weights.Order()], 3);
            double got = Enum.GetValues<KMeansStart>().Min(start => Error(weights, Run(weights, new KMeansSettings { Clusters = 3, Start = start })));
            got.ShouldBeGreaterThanOrEqualTo(best * 0.9999);
            got.ShouldBeLessThanOrEqualTo(best * 1.5);
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    [InlineData(6, 3)]
    [InlineData(300, 9)]
    public void Apply_AnyCount_TakesTheFewestBits(int clusters, int bits)
    {
        Codebook book = Run(FakeNetworks.Normal(new Rng(1), 5000), new KMeansSettings { Clusters = clusters });
        book.Table.Length.ShouldBe(clusters);
        book.Indices.Bits.ShouldBe(bits);
    }

    [Fact]
    public void Apply_KeepZero_HasAnExactZero()
    {
        float[] weights = [.. FakeNetworks.Normal(new Rng(2), 4000).Select(w => Math.Abs(w) < 0.05f ? 0 : w)];
        Codebook book = Run(weights, new KMeansSettings { Bits = 3, KeepZero = true });
        book.Table.ToArray().ShouldContain(0f);
        float[] decoded = book.ToArray();
        for (int i = 0; i < weights.Length; i++)
            if (weights[i] == 0) decoded[i].ShouldBe(0);
    }

    [Fact]
    public void Apply_Rate_BuysEntropyWithError()
    {
        float[] weights = FakeNetworks.Normal(new Rng(3), 20_000);
        (double Bits, double Error)[] runs = [.. new[] { 0, 0.0005, 0.002, 0.01, 0.1 }.Select(rate =>
        {
            Codebook book = Run(weights, new KMeansSettings { Bits = 5, Rate = rate });
            return (Entropy(book), Error(weights, book));
        })];
        for (int i = 1; i < runs.Length; i++)
        {
            runs[i].Bits.ShouldBeLessThan(runs[i - 1].Bits);
            runs[i].Error.ShouldBeGreaterThan(runs[i - 1].Error);
        }
        // At the entropy that 16 plain clusters need, the error is lower than theirs: that is what the rate is for.
        Codebook plain = Run(weights, new KMeansSettings { Bits = 4 });
        (double Bits, double Error) matched = Enumerable.Range(1, 20).Select(i => Run(weights, new KMeansSettings { Bits = 5, Rate = i * 0.002 }))
            .Select(b => (Entropy(b), Error(weights, b))).First(r => r.Item1 <= Entropy(plain));
        matched.Error.ShouldBeLessThan(Error(weights, plain));
    }

    [Fact]
    public void Apply_ManyNumbers_IsAsGoodAsExactAndTheSameOnAnyThreads()
    {
        float[] weights = FakeNetworks.Normal(new Rng(4), WeightedPoints.ExactUpTo + 12_345);
        Codebook one = Run(weights, new KMeansSettings { Bits = 4 }), three = Run(weights, new KMeansSettings { Bits = 4 }, threads: 3);
        Fingerprint.Of(three).ShouldBe(Fingerprint.Of(one));
        Codebook exact = Run(weights[..WeightedPoints.ExactUpTo], new KMeansSettings { Bits = 4 });
        (Error(weights, one) / weights.Length).ShouldBe(Error(weights[..WeightedPoints.ExactUpTo], exact) / WeightedPoints.ExactUpTo, 1e-6);
    }

    [Fact]
    public void Apply_Pruned_ClustersTheKeptNumbersAlone()
    {
        Model pruned = new MagnitudePruning().Apply(FakeNetworks.LeNet(), new PruningSettings { Density = 0.3 });
        Model clustered = Cluster.Apply(pruned, new KMeansSettings { Bits = 2 });
        clustered.Weights["fc1.weight"].ToString().ShouldBe("sparse(codebook(dense))");
        clustered.Sparse("fc1.weight").Positions.ToArray().ShouldBe(pruned.Sparse("fc1.weight").Positions.ToArray());
        ShouldBeAFixpoint(pruned.Sparse("fc1.weight").Values.ToArray(), clustered.Sparse("fc1.weight").Values.ShouldBeOfType<Codebook>());
    }

    [Fact]
    public void Apply_EverythingPruned_LeavesNothingToCluster()
    {
        Model pruned = new MagnitudePruning().Apply(FakeNetworks.LeNet(), new PruningSettings { Density = 0 });
        Cluster.Apply(pruned, new KMeansSettings()).Weights["fc1.weight"].ToArray().ShouldAllBe(w => w == 0);
    }

    [Fact]
    public void Apply_Biases_WhereAPatternNamesThem() =>
        Cluster.Apply(FakeNetworks.LeNet(), new KMeansSettings { Bits = 2 }, null, "*.bias").Weights["fc1.bias"].ToString().ShouldBe("codebook(dense)");

    [Fact]
    public void Apply_Clustered_SaysThatItIsTooLate() => Should.Throw<RecipeException>(() =>
        Cluster.Apply(Cluster.Apply(FakeNetworks.LeNet(), new KMeansSettings()), new KMeansSettings { Bits = 2 })).Message.ShouldContain("cluster.kmeans cannot change");

    private static double Error(float[] weights, Codebook book) => weights.Zip(book.ToArray(), (w, d) => ((double)w - d) * ((double)w - d)).Sum();

    private static double Entropy(Codebook book)
    {
        var codes = new ushort[book.Indices.Count];
        book.Indices.Unpack(0, codes);
        return -codes.GroupBy(c => c).Sum(g => (double)g.Count() / codes.Length * Math.Log2((double)g.Count() / codes.Length));
    }

    // The least error of all ways to cut sorted numbers into k runs.
    private static double Best(double[] sorted, int k)
    {
        if (k == 1) return sorted.Sum(x => (x - sorted.Average()) * (x - sorted.Average()));
        return Enumerable.Range(1, sorted.Length - k + 1).Min(cut =>
            sorted[..cut].Sum(x => (x - sorted[..cut].Average()) * (x - sorted[..cut].Average())) + Best(sorted[cut..], k - 1));
    }

    private static double Best(float[] sorted, int k) => Best([.. sorted.Select(x => (double)x)], k);
}
