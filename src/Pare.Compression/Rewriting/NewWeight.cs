namespace Pare.Compression.Rewriting;

/// <summary>
/// Makes a weight of a new layer. A rewrite asks for each of its weights so; when only the outline of the result is wanted
/// (<see cref="GraphRewrite.Outline"/>), <paramref name="values"/> is never called and the weight is all zeros.
/// </summary>
/// <param name="shape">The weight's shape, fixed.</param>
/// <param name="values">Computes the weight's numbers, row-major, as many as the shape has.</param>
public delegate WeightEncoding NewWeight(Shape shape, Func<float[]> values);
