namespace Pare.Compression.Evaluation;

/// <summary>How the results of an instruction set differ from the scalar definitions.</summary>
/// <param name="Level">As <see cref="CpuFeatures.Describe"/> says it.</param>
/// <param name="Codes">Integers that were compared: the codes of all quantized values.</param>
/// <param name="DifferingCodes">How many differ.</param>
/// <param name="Floats">Floats that were compared: the outputs.</param>
/// <param name="DifferingFloats">How many differ, in their bits.</param>
/// <param name="LargestDifference">The largest difference of two floats over the largest magnitude of its output; NaN where one is NaN and the other is not.</param>
public sealed record InstructionSetResult(string Level, long Codes, long DifferingCodes, long Floats, long DifferingFloats, double LargestDifference);
