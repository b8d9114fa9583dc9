using Pare.Operators;

namespace Pare.Tests.Kernels;

internal static partial class KernelCases
{
    /// <summary>Quantizing and back by one scale: equal to the last bit. Ties, saturation, NaN and infinities among the numbers.</summary>
    private static IEnumerable<KernelCase> Quantizers()
    {
        Tensor[] zeros = [Tensor.Scalar((byte)0), Tensor.Scalar((byte)131), Tensor.Scalar((sbyte)-7), Tensor.Scalar((ushort)30_000), Tensor.Scalar((short)-5)];
        foreach (Tensor zero in zeros)
        {
            // Steps of 1/64: the halves between them are hit by chance, and exactly by the special numbers.
            Tensor scale = Tensor.Scalar(zero.DType is DType.U8 or DType.I8 ? 1 / 64f : 1 / 9000f);
            foreach (float special in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity, 2.5f / 64, -3.5f / 64, 1e30f, -0f })
                yield return new("quantize.f32", new QuantizeLinear(), [S(3, 7, 5), scale, zero]) { Special = (0, special > 1 ? 104 : 3, special) };
            yield return new("quantize.f32", new QuantizeLinear(), [S(300, 333), scale, zero]);
            yield return new("quantize.f32", new QuantizeLinear(), [S(1), scale, zero]);
            foreach (int length in new[] { 1, 15, 16, 17, 40_001 })
            {
                var codes = new Tensor(zero.DType, S(length));
                var rng = new Rng(5);
                foreach (ref byte code in codes.Bytes) code = (byte)rng.NextInt32(256);
                yield return new("dequantize.f32", new DequantizeLinear(), [codes, Tensor.Scalar(0.0371f), zero]) { Tolerance = 0 };
            }
        }
        yield return new("quantize.f32", new QuantizeLinear(), [S(9, 9), Tensor.Scalar(0.01f)]);
        yield return new("quantize.f32", new QuantizeLinear { To = DType.I8 }, [S(9, 9), Tensor.Scalar(0f)]);
        yield return new("dequantize.f32", new DequantizeLinear(), [Tensor.Vector<byte>(0, 1, 128, 255), Tensor.Scalar(0.1f)]) { Tolerance = 0 };
    }
}
