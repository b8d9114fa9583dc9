using Pare.Compression.Search;

namespace Pare.Compression.Tests.Search;

public class TrialTests
{
    [Fact]
    public void Hash_FollowsModelDataRecipeAndSeed_AndNoName()
    {
        Trial trial = SearchFakes.Trial("a", "cluster.kmeans:bits=3");
        trial.Hash.ShouldBe(SearchFakes.Trial("b", "cluster.kmeans:bits=3,iterations=2000").Hash); // 2000 is the default
        trial.Hash.Hex.Length.ShouldBe(64);
        Trial[] others =
        [
            SearchFakes.Trial("a", "cluster.kmeans:bits=4"), SearchFakes.Trial("a", "cluster.kmeans:bits=3,retrain.epochs=1"),
            SearchFakes.Trial("a", "cluster.kmeans:bits=3", seed: 2), SearchFakes.Trial("a", "cluster.kmeans:bits=3", network: "another"),
            trial with { Data = ContentHash.OfText("other") },
        ];
        others.Select(o => o.Hash).Append(trial.Hash).Distinct().Count().ShouldBe(6);
    }

    [Fact]
    public void ContentHash_OfModels_FollowsWeightsEncodingsAndMetadata()
    {
        Model model = FakeNetworks.LeNet();
        ContentHash hash = ContentHash.Of(model);
        hash.ShouldBe(ContentHash.Of(FakeNetworks.LeNet()));
        ContentHash.Of(FakeNetworks.LeNet(seed: 4)).ShouldNotBe(hash);
        ContentHash.Of(model.WithMetadata(model.Metadata.With("key", "value"))).ShouldNotBe(hash);
    }

    [Fact]
    public void ContentHash_OfData_FollowsTheSplit()
    {
        var data = FakeNetworks.Data(8);
        ContentHash.Of(data.Slice(0, 4), data.Slice(4, 4)).ShouldNotBe(ContentHash.Of(data.Slice(0, 5), data.Slice(5, 3)));
    }
}
