using Pare.Compression.Methods;
using Pare.Compression.Rewriting;

namespace Pare.Compression.Tests.Contracts;

/// <summary>What every method of the catalog must hold; rewrites, which need real layers, have a contract of their own.</summary>
public class MethodContractTests
{
    public static TheoryData<string> Methods => [.. MethodCatalog.Default.Where(m => m is not GraphRewrite).Select(m => m.Name)];

    private static MethodSettings Settings(CompressionMethod method) =>
        method is MagnitudePruning ? new PruningSettings { Sparsity = 0.7 } : method.Defaults;

    private static Model Run(string name, ulong seed = 1, int threads = 1, params string[] layers)
    {
        CompressionMethod method = MethodCatalog.Default.Get(name);
        var context = new CompressionContext
        {
            Seed = seed,
            Threads = threads,
            Training = FakeNetworks.Data(),
            Validation = FakeNetworks.Data(),
            Retrainer = new FakeRetrainer(),
        };
        return method.Apply(FakeNetworks.LeNet(), Settings(method), context, layers);
    }

    [Theory, MemberData(nameof(Methods))]
    public void Apply_SameSeed_SameBytes(string method) => Fingerprint.Of(Run(method)).ShouldBe(Fingerprint.Of(Run(method)));

    [Theory, MemberData(nameof(Methods))]
    public void Apply_OtherThreads_SameBytes(string method) => Fingerprint.Of(Run(method, threads: 3)).ShouldBe(Fingerprint.Of(Run(method)));

    [Theory, MemberData(nameof(Methods))]
    public void Apply_OtherLayers_AreUntouched(string method)
    {
        CompressionMethod tested = MethodCatalog.Default.Get(method);
        if (tested.WholeModel || tested.Needs(Settings(tested)).HasFlag(MethodNeeds.Training)) return; // training changes every layer
        Model before = FakeNetworks.LeNet(), after = Run(method, layers: "fc1");
        foreach (string weight in before.WeightsInOrder())
            (Fingerprint.Of(after.Weights[weight]) == Fingerprint.Of(before.Weights[weight])).ShouldBe(weight != "fc1.weight", weight);
    }

    [Theory, MemberData(nameof(Methods))]
    public void Apply_Cancelled_Stops(string name)
    {
        CompressionMethod method = MethodCatalog.Default.Get(name);
        if (method.WholeModel) return; // the trainer's own contract
        Model model = FakeNetworks.LeNet();
        Should.Throw<OperationCanceledException>(() => method.Apply(
            model, new Layers(LayerSelector.Select(model, []), Settings(method)), Settings(method), new CompressionContext(), new CancellationToken(canceled: true)));
    }
}
