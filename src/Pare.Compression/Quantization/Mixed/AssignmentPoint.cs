using System.Collections.Immutable;

namespace Pare.Compression.Quantization.Mixed;

/// <summary>An assignment that no other one beats.</summary>
/// <param name="Cost">The sum of the costs.</param>
/// <param name="Damage">The sum of the damages.</param>
/// <param name="Choices">For each layer the number of its choice.</param>
internal sealed record AssignmentPoint(long Cost, double Damage, ImmutableArray<int> Choices);
