using Pare.Operators;

namespace Pare.Tests.Operators;

public static partial class OperatorExamples
{
    private static IEnumerable<OperatorExample> AttentionsAndLosses()
    {
        yield return new(new Attention { Causal = true, SoftCap = 2, Scale = 0.7f, Scores = AttentionScores.Probabilities },
            [Reals(2, 4, 3, 2), Reals(2, 2, 3, 2), Reals(2, 2, 3, 5), Reals(3, 5), Reals(2, 2, 2, 2), Reals(2, 2, 2, 5)], "past keys")
        { Outputs = 4, OldestOpset = 23 };
        yield return new(new Attention { QueryHeads = 2, KeyHeads = 2 }, [Reals(2, 3, 4), Reals(2, 5, 4), Reals(2, 5, 6), Tensor.Of<bool>(Shape.Of(1, 3, 2), [true, false, false, true, true, true])], "short mask")
        { OldestOpset = 23, OpenBatch = false };
        yield return new(new Attention { LeftWindow = 1, RightWindow = 0, SoftmaxType = 1 }, [Reals(2, 1, 4, 2), Reals(2, 1, 4, 2), Reals(2, 1, 4, 2), null, null, null, Longs(4, 3)], "windows")
        { OldestOpset = 25 };
        yield return new(new LinearAttention { QueryHeads = 4, KeyHeads = 2 }, [Reals(2, 3, 8), Reals(2, 3, 4), Reals(2, 3, 6), Reals(2, 2, 2, 3), Reals(2, 3, 4), Positive(2, 3, 1)]) { Outputs = 2, OldestOpset = 27 };
        yield return new(new LinearAttention { Gated = false, Delta = false, Scale = 2 }, [Reals(1, 3, 2), Reals(1, 3, 2), Reals(1, 3, 2)], "linear") { Outputs = 2, OldestOpset = 27 };
        foreach (bool softmax in new[] { false, true })
        {
            Tensor labels = Tensor.Of<long>(Shape.Of(2, 3), [0, 3, 2, 7, 1, 1]);
            yield return new(new LabelLoss { WithSoftmax = softmax, IgnoredLabel = 7 }, [Reals(2, 4, 3), labels, Positive(4)]) { OldestOpset = 12 };
            yield return new(new LabelLoss { WithSoftmax = softmax, IgnoredLabel = 7, Reduction = LossReduction.None }, [Reals(2, 4, 3), labels], "each") { OldestOpset = 12 };
            yield return new(new LabelLoss { WithSoftmax = softmax, Reduction = LossReduction.Sum }, [Reals(2, 4), Tensor.Vector(3, 0)], "sum") { OldestOpset = 12, Outputs = softmax ? 2 : 1 };
        }
    }
}
