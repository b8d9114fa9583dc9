using Pare.Encodings;
using Pare.Operators;

namespace Pare.Tests.Kernels;

internal static partial class KernelCases
{
    // Less than a vector, odd lengths, several slices; the step a value, a weight, a constant.
    private static IEnumerable<KernelCase> FakeQuantizations()
    {
        FakeQuantize unsigned = new() { High = 15 }, affine = new() { Zero = 121 }, signed = new() { To = DType.I8, Low = -2, High = 1, Rule = StepRule.Pact };
        foreach (Shape x in new[] { S(5), S(3, 37), S(3, 5, 7, 11), S(33, 16, 32, 32) })
        {
            foreach (FakeQuantize op in new[] { unsigned, affine, signed })
            {
                Tensor step = Tensor.Vector(op.High == 255 ? 0.006f : 0.043f);
                yield return new("fake-quantize.f32", op, [x, step]) { Tolerance = 0 };
                yield return new("fake-quantize-gradient.f32", new FakeQuantizeGradient(op), [x, x, step], Outputs: 2);
            }
        }
        yield return new("fake-quantize.f32", unsigned, [S(3, 37), S(1)], [1]) { Tolerance = 0 };
        yield return new("fake-quantize.f32", unsigned, [S(3, 37), S(1)]) { Tolerance = 0 };
        yield return new("fake-quantize.f32", unsigned, [S(3, 37), Tensor.Scalar(0.1f)]) { Tolerance = 0 };
        yield return new("fake-quantize-gradient.f32", new FakeQuantizeGradient(signed), [S(3, 37), S(3, 37), S(1)], [2], Outputs: 2);
        yield return new("fake-quantize-gradient.f32", new FakeQuantizeGradient(unsigned), [S(3, 37), S(3, 37), Tensor.Scalar(-0.1f)], Outputs: 2);
    }
}
