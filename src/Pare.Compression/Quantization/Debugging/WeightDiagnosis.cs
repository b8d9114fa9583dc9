namespace Pare.Compression.Quantization.Debugging;

/// <summary>A quantized weight against the floats that it was made of.</summary>
/// <param name="Weight">The weight's name in the quantized network.</param>
/// <param name="Bits">Width of the codes; null where it is floats.</param>
/// <param name="Granularity">Which numbers share a scale; null where there is none.</param>
/// <param name="LeastScale">The least scale, or 0.</param>
/// <param name="MostScale">The greatest scale, or 0.</param>
/// <param name="Seen">The least and the greatest float.</param>
/// <param name="Represented">The least and the greatest number of the quantized weight.</param>
/// <param name="Clipped">The fraction of the floats outside of what their scale and width can say, by more than half a step.</param>
/// <param name="CodesUsed">The fraction of the codes in use; null where it is floats.</param>
/// <param name="ChannelRatio">How many times the largest magnitude of one output channel is that of another, at most.</param>
/// <param name="Correlation">Of both weights, number by number: 1 where one is a multiple of the other.</param>
/// <param name="Gain">The factor on the floats that comes nearest to the quantized weight.</param>
/// <param name="Shift">The mean of the difference, divided by the root mean square of the floats.</param>
/// <param name="OddChannel">The output channel whose own factor is furthest from those of the others.</param>
/// <param name="OddGain">That factor, divided by that of a usual channel; 1 where most channels are no multiples of their floats.</param>
/// <param name="Rearranged">Whether sorting both weights makes them alike, though they are not.</param>
public sealed record WeightDiagnosis(
    string Weight, int? Bits, WeightGranularity? Granularity, double LeastScale, double MostScale, ActivationRange Seen, ActivationRange Represented,
    double Clipped, double? CodesUsed, double ChannelRatio, double Correlation, double Gain, double Shift, int OddChannel, double OddGain, bool Rearranged);
