using Pare.Operators;

namespace Pare.Tests.Operators;

public static partial class OperatorExamples
{
    private static IEnumerable<OperatorExample> MoreLayers() => [.. MoreNormalizations(), .. MorePools()];

    private static IEnumerable<OperatorExample> MoreNormalizations()
    {
        var even = new LocalResponseNormalization { Size = 4, Alpha = 3, Beta = 0.6f, Bias = 1 };
        yield return new(even, [Reals(2, 5, 3)], "even size") { Trained = [0] };
        yield return new(new LocalResponseNormalizationGradient(even), [Reals(2, 5, 3), Positive(2, 5, 3)]);
    }

    private static IEnumerable<OperatorExample> MorePools()
    {
        yield return new(new GlobalMaxPoolGradient(), [Reals(2, 3, 1, 1), Reals(2, 3, 2, 2)]);
    }
}
