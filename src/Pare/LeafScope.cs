namespace Pare;

/// <summary>What a leaf's numbers mean to the encoding above it; a method says which roles it rewrites.</summary>
public enum LeafRole
{
    /// <summary>Weights of the network, one by one.</summary>
    Weight,
    /// <summary>The distinct values of a codebook.</summary>
    Table,
    /// <summary>Factors of channels or groups.</summary>
    Scale,
}

/// <summary>Where a leaf stands in its tree.</summary>
/// <param name="Role">What the numbers mean.</param>
/// <param name="Path">For example "conv1.weight/values/table".</param>
/// <param name="LogicalShape">Shape of the whole weight.</param>
/// <param name="ChannelAxis">The output-channel axis of the whole weight, or null.</param>
/// <param name="Positions">For each number its row-major position in the logical weight; null where they are the same, or where there is no such relation.</param>
public sealed record LeafScope(LeafRole Role, string Path, Shape LogicalShape, int? ChannelAxis, ReadOnlyMemory<int>? Positions = null)
{
    /// <summary>The scope of a whole weight.</summary>
    public static LeafScope Of(string weight, Shape shape, int? channelAxis) => new(LeafRole.Weight, weight, shape, channelAxis);

    /// <summary>The scope of a child of the same role.</summary>
    public LeafScope Child(string name) => this with { Path = $"{Path}/{name}" };

    /// <summary>The scope of a child whose numbers mean something else.</summary>
    public LeafScope Child(string name, LeafRole role) => this with { Path = $"{Path}/{name}", Role = role, Positions = null };
}

/// <summary>The gradients that <see cref="WeightEncoding.PullBack"/> adds to, one buffer for each leaf.</summary>
public abstract class LeafGradients
{
    /// <summary>The gradient of a leaf, as long as the leaf; an empty span where nobody trains it.</summary>
    public abstract Span<float> Of(Dense leaf);
}
