using Pare.Encodings;
using Pare.Kernels;
using Pare.Runtime;
using Pare.Tests.Kernels.Products;

namespace Pare.Tests.Runtime;

public sealed class SparseBandTests
{
    public static TheoryData<string> Levels => MatrixProductTests.Levels;

    // Windows of all kinds, 1 x 1 as one long row of pixels, several rows a vector, several blocks of channels, blocks of output channels.
    private static IEnumerable<(Shape Input, BandLayer[] Layers, bool InBlocks)> Networks()
    {
        yield return (Shape.Of(2, 3, 29, 20), [new(20, 7, 7, 2, 3, Relu: true), new(-1, 3, 3, 2, 1), new(16, 3, 3, 1, 1), new(0, 3, 3, 1, 1), new(24, 1, 1, Relu: true)], false);
        yield return (Shape.Of(1, 40, 33, 30), [new(72, 1, 1, Relu: true), new(0, 3, 3, 2, 1), new(64, 1, 1), new(33, 3, 3, 1, 1)], false);
        yield return (Shape.Of(3, 130, 15, 7), [new(36, 3, 3, 1, 1), new(140, 1, 1), new(12, 3, 1, Pad: 1), new(16, 1, 3, Pad: 1)], true);
        yield return (Shape.Of(1, 8, 60, 17), [new(12, 3, 3, 1, 2, Dilation: 2), new(8, 1, 1, 3), new(8, 5, 5, 2, 1, PadAfter: 3)], true);
        yield return (Shape.Of(2, 6, 1, 1), [new(8, 1, 1), new(8, 3, 3, 1, 1), new(4, 1, 1)], false);
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Run_SparseNodesInBands_GivesTheSameBits(string level)
    {
        Catalog<Kernel> kernels = new("kernel", [.. KernelCatalog.Default.Where(k => k.Name != "conv.last.f32" && !k.Name.StartsWith("conv-winograd", StringComparison.Ordinal))]);
        var options = new PlanOptions { Cpu = MatrixProductTests.Level(level), Kernels = kernels };
        foreach ((Shape input, BandLayer[] layers, bool inBlocks) in Networks())
        {
            Model model = Sparsified(BandNetworks.Of(input, layers), inBlocks);
            foreach (int threads in new[] { 1, 2, 3 })
                ExecutionPlan.Build(model, options with { Bands = BandRule.Always, Threads = threads }).Steps.ShouldContain(s => s.Kernel == "conv-sparse.last.f32" && s.JoinedWith != null, $"{input}");
            BandTests.ShouldBeTheSame(model, options);
        }
    }

    private static Model Sparsified(Model model, bool inBlocks)
    {
        var sparse = new Dictionary<string, WeightEncoding>(StringComparer.Ordinal);
        var rng = new Rng(9);
        foreach ((string name, WeightEncoding weight) in model.Weights)
        {
            if (weight.Shape.Rank != 4 || weight.Shape.Fixed[1] == 1) continue;
            int length = (int)weight.Length / weight.Shape.Fixed[0];
            var keep = new bool[weight.Length];
            for (int i = 0; i < keep.Length; i++) keep[i] = inBlocks && i / length % 4 > 0 ? keep[i - length] : rng.NextSingle() < 0.2;
            sparse[name] = Sparse.Of((Dense)weight, keep);
        }
        return model.WithWeights(sparse);
    }
}
