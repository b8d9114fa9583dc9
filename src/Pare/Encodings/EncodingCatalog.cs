namespace Pare.Encodings;

/// <summary>The weight encodings that Pare stores, runs and trains.</summary>
public static class EncodingCatalog
{
    /// <summary>All encodings; extend with <see cref="Catalog{T}.With"/>.</summary>
    public static Catalog<EncodingSpec> Default { get; } = new("encoding",
    [
        Dense.Spec,
        Scaled.Spec,
        Integer.Spec,
        Codebook.Spec,
        Sparse.Spec,
        BinaryWeight.Spec,
        QuantizeAware.Spec,
    ]);
}
