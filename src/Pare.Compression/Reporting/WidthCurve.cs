using System.Collections.Immutable;

namespace Pare.Compression.Reporting;

/// <summary>What widths of weights cost, against what they are expected to damage: the choices that no other one beats, and the one taken.</summary>
/// <param name="Damage">What <see cref="WidthPoint.Damage"/> counts: the name of the sensitivity that was measured.</param>
/// <param name="Points">From the cheapest on; a long curve is thinned.</param>
/// <param name="Layers">The widths of the chosen point.</param>
public sealed record WidthCurve(string Damage, ImmutableArray<WidthPoint> Points, ImmutableArray<LayerWidth> Layers)
{
    /// <summary>The curve with the error that was measured at the chosen point, where it has none yet.</summary>
    internal WidthCurve WithChosenError(double? error) => this with { Points = [.. Points.Select(p => p.Chosen ? p with { Error = p.Error ?? error } : p)] };
}
