using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Pare.Operators;

namespace Pare.Tests.Operators;

/// <summary>docs/integer-arithmetic.md, stated again with integers of any length and exact fractions.</summary>
public class IntegerArithmeticTests
{
    private static readonly IntegerResult U8 = new(DType.U8, 100, 0, 255), I8 = new(DType.I8, -3, -128, 127);

    [Fact]
    public void Requantize_AnySumAndFactor_IsTheRoundedFloatProduct() => ForAll(rng =>
    {
        int sum = (int)rng.NextUInt64() >> rng.NextInt32(24), zero = rng.NextInt32(256), a = rng.NextInt32(256), b = rng.NextInt32(256);
        float factor = rng.NextSingle() / (1 << rng.NextInt32(24));
        var result = new IntegerResult(DType.U8, zero, Math.Min(a, b), Math.Max(a, b));
        int found = new Requantization(Tensor.Vector(factor), result)[sum, 0];
        // The sum as a float, the product as a float: both exact in decimals for these sizes, so rounding is told apart from arithmetic.
        BigInteger numerator = Scaled((float)sum * factor, out int power);
        found.ShouldBe((int)BigInteger.Max(result.Low, BigInteger.Min(result.High, HalfToEven(numerator, power) + zero)));
    });

    [Theory]
    [InlineData(0.5f, 0)]
    [InlineData(1.5f, 2)]
    [InlineData(2.5f, 2)]
    [InlineData(-0.5f, 0)]
    [InlineData(-1.5f, -2)]
    [InlineData(254.5f, 125)] // saturates before it is rounded
    [InlineData(-1e30f, -128)]
    [InlineData(float.PositiveInfinity, 127)]
    public void Round_HalvesAndRange_AreRoundedToEvenAndSaturated(float units, int expected) =>
        (new IntegerResult(DType.I8, 0, -128, expected == 125 ? 125 : 127)).Round(units).ShouldBe(expected);

    // y = floor((x m + 2^30) / 2^31), then (y + half) / 2^right with halves away from 0: as integers of any length.
    [Fact]
    public void Scale_OfTensorFlowLite_IsTheHighHalfRoundedTwice() => ForAll(rng =>
    {
        int value = (int)rng.NextUInt64() >> rng.NextInt32(32), multiplier = (1 << 30) + rng.NextInt32(1 << 30), shift = rng.NextInt32(40) - 31;
        BigInteger x = BigInteger.Max(int.MinValue, BigInteger.Min(int.MaxValue, (BigInteger)value << Math.Max(0, shift)));
        BigInteger high = FloorDivide(x * multiplier + (BigInteger.One << 30), BigInteger.One << 31);
        int right = Math.Max(0, -shift);
        BigInteger half = right == 0 ? 0 : BigInteger.One << (right - 1), magnitude = (BigInteger.Abs(high) + half) >> right;
        Requantization.Scale(value, multiplier, shift).ShouldBe((int)(high.Sign < 0 ? -magnitude : magnitude));
    });

    // x m 2^(shift - 31), from exact fractions: halves after the first rounding go up, after the second away from 0.
    [Theory]
    [InlineData(1, 1 << 30, 0, 1)]       // 1/2 -> 1
    [InlineData(-1, 1 << 30, 0, 0)]      // -1/2 -> 0
    [InlineData(3, 1 << 30, 0, 2)]       // 3/2 -> 2
    [InlineData(-3, 1 << 30, 0, -1)]     // -3/2 -> -1
    [InlineData(6, 1 << 30, -1, 2)]      // 3 / 2 -> 2
    [InlineData(-6, 1 << 30, -1, -2)]    // -3 / 2 -> -2
    [InlineData(5, 1 << 30, -1, 2)]      // 5/4: 5/2 -> 3, 3/2 -> 2, where one rounding gives 1
    [InlineData(100, 1 << 30, 3, 400)]   // 100 * 8 / 2
    [InlineData(int.MaxValue, 1 << 30, 5, 1 << 30)] // the shifted number saturates
    [InlineData(-1000, 1288490189, -4, -38)] // -1000 * 0.6 / 16 = -37.5: -600, then away from 0
    public void Scale_OfTensorFlowLite_RoundsAsStated(int value, int multiplier, int shift, int expected) =>
        Requantization.Scale(value, multiplier, shift).ShouldBe(expected);

    [Theory]
    [InlineData(0.5, 1 << 30, 0)]
    [InlineData(1.0, 1 << 30, 1)]
    [InlineData(0.0375, 1288490189, -4)] // 0.6 * 2^31 = 1288490188.8
    [InlineData(0.99999999999, 1 << 30, 1)] // rounds up to 2^31, which is the next power
    [InlineData(0.0, 0, 0)]
    [InlineData(1e-12, 0, 0)] // below 2^-32
    public void Quantized_Factor_IsTheNearestMultiplierOf31Bits(double factor, int multiplier, int shift) =>
        Requantization.Split(factor).ShouldBe((multiplier, shift));

    [Fact]
    public void Conv_AnyWindow_IsTheSumOfProducts() => ForAll(rng =>
    {
        int groups = 1 + rng.NextInt32(3), each = 1 + rng.NextInt32(3), outputs = groups * (1 + rng.NextInt32(3)), kernel = 1 + rng.NextInt32(3), stride = 1 + rng.NextInt32(2), pad = rng.NextInt32(kernel);
        const int Length = 7;
        DType type = rng.NextInt32(2) == 0 ? DType.U8 : DType.I8;
        bool isWide = rng.NextInt32(2) == 0, lite = rng.NextInt32(2) == 0;
        int zero = rng.NextInt32(256) - (type == DType.I8 ? 128 : 0);
        Tensor x = Bytes(type, rng, 2, groups * each, Length);
        Tensor weight = isWide
            ? Tensor.Of<short>(Shape.Of(outputs, each, kernel), [.. Enumerable.Range(0, outputs * each * kernel).Select(_ => (short)(rng.NextInt32(65536) - 32768))])
            : Bytes(DType.I8, rng, outputs, each, kernel);
        int[] bias = [.. Enumerable.Range(0, outputs).Select(_ => rng.NextInt32(200000) - 100000)];
        float[] factors = [.. Enumerable.Range(0, outputs).Select(_ => rng.NextSingle() * (isWide ? 1e-6f : 1e-3f))];
        (int Multiplier, int Shift)[] quantized = [.. factors.Select(f => Requantization.Split(f))];
        Tensor scale = lite
            ? Tensor.Of<int>(Shape.Of(2, outputs), [.. quantized.Select(q => q.Multiplier), .. quantized.Select(q => q.Shift)])
            : Tensor.Vector<float>(factors);
        var conv = new Conv { Groups = groups, Window = new Window { Strides = [stride], Pads = [pad, pad] } };
        int length = (Length + 2 * pad - kernel) / stride + 1;
        var y = new Tensor(I8.Type, Shape.Of(2, outputs, length));
        new IntegerConv(conv, zero, I8).Evaluate([x, weight, Tensor.Vector<int>(bias), scale], [y]);
        long[] from = x.ToInt64s(), codes = weight.ToInt64s();
        for (int n = 0; n < 2; n++)
            for (int o = 0; o < outputs; o++)
                for (int p = 0; p < length; p++)
                {
                    BigInteger sum = bias[o];
                    for (int c = 0; c < each; c++)
                        for (int k = 0; k < kernel; k++)
                        {
                            int at = p * stride - pad + k;
                            if (at is >= 0 and < Length) sum += (from[(n * groups * each + o / (outputs / groups) * each + c) * Length + at] - zero) * codes[(o * each + c) * kernel + k];
                        }
                    BigInteger rounded = lite ? Requantization.Scale((int)sum, quantized[o].Multiplier, quantized[o].Shift) : HalfToEven(Scaled((float)(int)sum * factors[o], out int power), power);
                    ((int)y.As<sbyte>()[(n * outputs + o) * length + p]).ShouldBe((int)BigInteger.Max(-128, BigInteger.Min(127, rounded + I8.Zero)));
                }
    });

    [Fact]
    public void Gemm_EitherWay_IsTheSumOfProducts() => ForAll(rng =>
    {
        bool turned = rng.NextInt32(2) == 0;
        int k = 1 + rng.NextInt32(40), n = 1 + rng.NextInt32(6), zero = rng.NextInt32(256);
        Tensor x = Bytes(DType.U8, rng, 2, 3, k), weight = turned ? Bytes(DType.I8, rng, n, k) : Bytes(DType.I8, rng, k, n), y = new(DType.U8, Shape.Of(2, 3, n));
        new IntegerGemm(turned, zero, U8).Evaluate([x, weight, null, Tensor.Vector(0.0015f)], [y]);
        for (int i = 0; i < y.Length; i++)
        {
            BigInteger sum = 0;
            for (int p = 0; p < k; p++) sum += (x.Bytes[i / n * k + p] - zero) * (int)weight.As<sbyte>()[turned ? i % n * k + p : p * n + i % n];
            ((int)y.Bytes[i]).ShouldBe((int)BigInteger.Max(0, BigInteger.Min(255, HalfToEven(Scaled((float)(int)sum * 0.0015f, out int power), power) + U8.Zero)));
        }
    });

    // Each is within half a unit, and what the roundings of floats add, of the exact fraction.
    [Fact]
    public void AddMultiplyAndMean_AnyNumbers_AreWithinHalfAUnitOfTheExactResult() => ForAll(rng =>
    {
        int za = rng.NextInt32(256), zb = rng.NextInt32(256) - 128;
        float fa = rng.NextSingle() * 2, fb = rng.NextSingle() - 0.5f;
        Tensor a = Bytes(DType.U8, rng, 2, 3, 4), b = Bytes(DType.I8, rng, 3, 1), y = new(DType.U8, Shape.Of(2, 3, 4));
        new IntegerAdd(za, fa, zb, fb, U8).Evaluate([a, b], [y]);
        for (int i = 0; i < y.Length; i++) Check(y.Bytes[i], (double)(a.Bytes[i] - za) * fa + (double)(b.As<sbyte>()[i / 4 % 3] - zb) * fb);
        float product = fa / 100;
        new IntegerMultiply(za, zb, product, U8).Evaluate([a, b], [y]);
        for (int i = 0; i < y.Length; i++) Check(y.Bytes[i], (double)(a.Bytes[i] - za) * (b.As<sbyte>()[i / 4 % 3] - zb) * product);
        Tensor mean = new(DType.U8, Shape.Of(2, 3, 1));
        new IntegerAveragePool(null, false, za, fa, U8).Evaluate([a], [mean]);
        for (int i = 0; i < 6; i++) Check(mean.Bytes[i], Enumerable.Range(0, 4).Sum(p => (double)(a.Bytes[i * 4 + p] - za)) * fa / 4);
        // Windows of 3 with one in the padding: counted with 3, or with those inside.
        foreach (bool counted in (ReadOnlySpan<bool>)[false, true])
        {
            new IntegerAveragePool(new Window([3], [1], [], [1, 1]), counted, za, fa, U8).Evaluate([a], [y]);
            for (int i = 0; i < y.Length; i++)
            {
                int[] seen = [.. new[] { i % 4 - 1, i % 4, i % 4 + 1 }.Where(p => p is >= 0 and < 4)];
                Check(y.Bytes[i], seen.Sum(p => (double)(a.Bytes[i / 4 * 4 + p] - za)) * fa / (counted ? 3 : seen.Length));
            }
        }

        static void Check(int found, double units) => Math.Abs(found - Math.Clamp(units + U8.Zero, 0, 255)).ShouldBeLessThan(0.5001);
    });

    [Fact]
    public void Table_OfSignedNumbers_BeginsAtTheLeast()
    {
        Tensor x = Tensor.Vector<sbyte>(-128, 0, 127), y = new(DType.U8, Shape.Of(3));
        new IntegerTable(DType.U8, [.. Enumerable.Range(0, 256)]).Evaluate([x], [y]);
        y.Bytes.ToArray().ShouldBe([0, 128, 255]);
    }

    private static void ForAll(Action<Rng> holds) => Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed => holds(new Rng((ulong)seed, 11))).QuickCheckThrowOnFailure();

    private static Tensor Bytes(DType type, Rng rng, params int[] dims)
    {
        var tensor = new Tensor(type, Shape.Of(dims));
        foreach (ref byte value in tensor.Bytes) value = (byte)rng.NextInt32(256);
        return tensor;
    }

    // A float as an integer times 2^power.
    private static BigInteger Scaled(float value, out int power)
    {
        int bits = BitConverter.SingleToInt32Bits(value), exponent = bits >> 23 & 255, fraction = bits & 0x7FFFFF;
        power = Math.Max(exponent, 1) - 150;
        return (bits < 0 ? -1 : 1) * (exponent == 0 ? fraction : fraction | 1 << 23);
    }

    private static BigInteger HalfToEven(BigInteger value, int power)
    {
        if (power >= 0) return value << power;
        BigInteger unit = BigInteger.One << -power, floor = FloorDivide(value, unit), twice = 2 * (value - floor * unit);
        return twice > unit || (twice == unit && !floor.IsEven) ? floor + 1 : floor;
    }

    private static BigInteger FloorDivide(BigInteger a, BigInteger b)
    {
        BigInteger quotient = BigInteger.DivRem(a, b, out BigInteger rest);
        return rest.Sign < 0 ? quotient - 1 : quotient;
    }
}
