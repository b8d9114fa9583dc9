using Pare.Compression.Methods;

namespace Pare.Compression;

/// <summary>The compression methods that Pare has.</summary>
public static class MethodCatalog
{
    /// <summary>All methods; extend with <see cref="Catalog{T}.With"/>.</summary>
    public static Catalog<CompressionMethod> Default { get; } = new("method",
    [
        new MagnitudePruning(),
        new KMeansClustering(),
        new Retrain(),
        new BatchNormFolding(),
        new DuplicateFolding(),
        new UniformWidth(),
        new GlobalPoolHead(),
        new ShrinkKernel(),
        new Separable(),
        new Fire(),
        new GroupShuffle(),
        new Downsample(),
        new QuantizeStatic(),
        new QuantizeMixed(),
        new QuantizeWeights(),
        new QuantizeDynamic(),
        new QuantizeEqualize(),
        new QuantizeAwareTraining(),
    ]);
}
