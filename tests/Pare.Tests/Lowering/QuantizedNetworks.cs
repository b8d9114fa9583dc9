using Pare.Encodings;
using Pare.Operators;

namespace Pare.Tests.Lowering;

/// <summary>Parts of quantized networks.</summary>
internal static class QuantizedNetworks
{
    public static string Quantize(this ModelEditor e, string x, float scale, int zero, DType type = DType.U8) =>
        e.Add(new QuantizeLinear(), $"{x}.q", x, e.SetConstant(e.FreshValue("scale"), Tensor.Scalar(scale)), e.SetConstant(e.FreshValue("zero"), Tensor.Scalar(type, zero)));

    public static string Dequantize(this ModelEditor e, string q, float scale, int zero, DType type = DType.U8) =>
        e.Add(new DequantizeLinear(), $"{q}.dq", q, e.SetConstant(e.FreshValue("scale"), Tensor.Scalar(scale)), e.SetConstant(e.FreshValue("zero"), Tensor.Scalar(type, zero)));

    public static string Simulate(this ModelEditor e, string x, float scale, int zero, DType type = DType.U8) => e.Dequantize(e.Quantize(x, scale, zero, type), scale, zero, type);

    /// <summary>Codes of 8 bits with a scale for each place of an axis.</summary>
    public static string Weight(this ModelEditor e, int axis, params int[] dims) => e.SetWeight(e.FreshValue("w"), Codes(axis, dims));

    public static Scaled Codes(int axis, params int[] dims)
    {
        Shape shape = Shape.Of(dims);
        Rng rng = new(7, (ulong)shape.Elements);
        int[] codes = [.. Enumerable.Range(0, (int)shape.Elements).Select(_ => rng.NextInt32(255) - 127)];
        int count = axis == Scaled.WholeWeight ? 1 : dims[axis];
        return new Scaled(axis, new Dense(Shape.Of(count), Enumerable.Range(0, count).Select(c => 0.002f + 0.0003f * c).ToArray()), Integer.Of(shape, 8, codes, 0, isSigned: true));
    }

    public static string Vector(this ModelEditor e, int count) => e.SetWeight(e.FreshValue("b"), new Dense(Shape.Of(count), Enumerable.Range(0, count).Select(i => (i * 37 % 11 - 5) / 7f).ToArray()));

    public static string Numbers(this ModelEditor e, params long[] values) => e.SetConstant(e.FreshValue("n"), Tensor.Vector(values));

    public static string Number(this ModelEditor e, float value) => e.SetConstant(e.FreshValue("c"), Tensor.Scalar(value));
}
