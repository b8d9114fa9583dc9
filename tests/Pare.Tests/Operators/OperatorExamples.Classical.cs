using Pare.Operators;

namespace Pare.Tests.Operators;

public static partial class OperatorExamples
{
    private static IEnumerable<OperatorExample> Classical() =>
    [
        new(new ArrayFeatureExtractor(), [Reals(2, 4), Table(1, 3, 2, 0, -1)]) { OpenBatch = true },
        new(new ArrayFeatureExtractor(), [Longs(5, 6, 7), Table(2, 1, 1, 2)], "labels"),
        new(new Scaler([0.5f], [2f]), [Tensor.Of<double>(Shape.Of(2, 3), [0.5, -1.25, 2, 3.5, -0.75, 1])]) { OpenBatch = true },
        new(new Scaler([1, 2, 3], [1, 0.5f, 0.25f]), [Table(2, 3, 1, 2, 3, 4, 5, 6)], "features"),
    ];
}
