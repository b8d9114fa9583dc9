using Pare.Compression.Advice.Advisers;

namespace Pare.Compression.Advice;

/// <summary>The advisers that Pare has.</summary>
public static class AdviserCatalog
{
    /// <summary>All advisers; extend with <see cref="Catalog{T}.With"/>.</summary>
    public static Catalog<Adviser> Default { get; } = new("adviser",
    [
        new HeadAdviser(),
        new LargeKernelAdviser(),
        new PointwiseAdviser(),
        new FireAdviser(),
        new SeparableAdviser(),
        new GroupAdviser(),
        new WidthAdviser(),
        new DownsampleAdviser(),
        new BatchNormAdviser(),
        new DuplicateAdviser(),
    ]);
}
