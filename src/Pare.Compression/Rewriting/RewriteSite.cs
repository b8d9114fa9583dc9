using System.Collections.Immutable;

namespace Pare.Compression.Rewriting;

/// <summary>A place in a model that a <see cref="GraphRewrite"/> fits.</summary>
/// <param name="Layers">The weights that the rewrite would replace there, in the order in which nodes read them; at least one. Naming any of them in a step chooses the site.</param>
/// <param name="Description">What stands there, for people: "5 x 5 convolution of 50 channels".</param>
public sealed record RewriteSite(ImmutableArray<string> Layers, string Description);
