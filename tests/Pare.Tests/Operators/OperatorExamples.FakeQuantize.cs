using Pare.Encodings;
using Pare.Operators;

namespace Pare.Tests.Operators;

public static partial class OperatorExamples
{
    // Numbers within [-1, 1], some of them beyond the levels on either side; a step below 0 stands for its magnitude.
    private static IEnumerable<OperatorExample> FakeQuantized()
    {
        foreach (StepRule rule in new[] { StepRule.Lsq, StepRule.Pact })
        {
            yield return Quantized("unsigned", new FakeQuantize { High = 15, Rule = rule }, 0.043);
            yield return Quantized("zero point", new FakeQuantize { Zero = 100, Rule = rule }, 0.0073);
            yield return Quantized("2 bits signed", new FakeQuantize { To = DType.I8, Low = -2, High = 1, Rule = rule }, -0.31);
            var gradient = new FakeQuantizeGradient(new FakeQuantize { High = 7, Rule = rule });
            yield return new(gradient, [Reals(2, 3, 4), Reals(2, 3, 4), Tensor.Vector(0.11)], $"{rule}") { Outputs = 2 };
        }

        static OperatorExample Quantized(string name, FakeQuantize op, double step) =>
            new(op, [Reals(3, 2, 5), Tensor.Vector(step)], $"{name} {op.Rule}") { Trained = [0, 1], OpenBatch = true };
    }
}
