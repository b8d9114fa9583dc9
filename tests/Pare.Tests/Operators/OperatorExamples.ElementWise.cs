using Pare.Operators;

namespace Pare.Tests.Operators;

public static partial class OperatorExamples
{
    private static IEnumerable<OperatorExample> ElementWise() => [.. Unaries(), .. Binaries(), .. Logic(), .. OtherElementWise()];

    private static IEnumerable<OperatorExample> Unaries()
    {
        foreach (UnaryFunction function in UnaryFunctions.All)
        {
            Tensor x = Within(function, 3, 7);
            OperatorExample plain = new(new Unary(function), [x], VariantOf(function.Variant)) { OldestOpset = Math.Max(7, function.SinceOpset), OpenBatch = true };
            yield return plain with { Trained = function.HasSlope ? [0] : [] };
            if (function.Alpha is not null)
                yield return plain with { Operator = new Unary(function) { Alpha = 0.3f }, Case = "alpha", Trained = [0] };
            if (function.Beta is not null)
                yield return plain with { Operator = new Unary(function) { Beta = 0.2f }, Case = "beta", Trained = [0] };
        }
    }

    /// <summary>Numbers for which a function is defined and smooth.</summary>
    private static Tensor Within(UnaryFunction function, params int[] dims) => Spread(Shape.Of(dims), v => function.Name switch
    {
        "Log" or "Sqrt" or "Reciprocal" => v + 1.5,
        "Acosh" => v + 2.5,
        "Asin" or "Acos" or "Atanh" or "Tan" => 0.9 * v,
        _ => 4 * v,
    });

    private static string VariantOf(Variant? variant) => variant?.Value switch
    {
        AttributeValue.Text text => text.Value,
        AttributeValue.Int number => $"{variant.Attribute} {number.Value}",
        _ => "",
    };

    private static IEnumerable<OperatorExample> Binaries()
    {
        foreach (BinaryFunction function in BinaryFunctions.All.Where(f => f.Real is not null && !f.OneWay))
        {
            int oldest = Math.Max(7, function.SinceOpset);
            string variant = VariantOf(function.Variant);
            int[] trained = function.Decides || function == IntegerFunctions.Fmod ? [] : [0, 1];
            yield return new(new Binary(function), [Positive(2, 3), Positive(2, 3)], variant) { Trained = trained, OldestOpset = oldest };
            yield return new(new Binary(function), [Positive(2, 3, 1), Positive(3, 4)], variant + "broadcast") { Trained = trained, OldestOpset = oldest, OpenBatch = true };
            yield return new(new Binary(function), [Positive(1, 3), Number(1.5)], variant + "scalar") { Trained = trained, OldestOpset = oldest };
            yield return new(new Binary(function), [Longs(7, -3, 8), Longs(2, 2, 3)], variant + "integers") { OldestOpset = oldest };
        }
        foreach (BinaryFunction function in BinaryFunctions.All.Where(f => f.OnlyWhole))
            yield return new(new Binary(function), [Tensor.Vector<uint>(7, 3, 8), Tensor.Vector<uint>(2)], VariantOf(function.Variant)) { OldestOpset = function.SinceOpset };
        foreach (BinaryFunction function in BinaryFunctions.All.Where(f => f.OneWay))
        {
            int[] trained = function == PReluFunctions.PRelu ? [0, 1] : [];
            yield return new(new Binary(function), [Reals(2, 3, 4), Positive(3, 1)]) { Trained = trained, OpenBatch = true };
            yield return new(new Binary(function), [Reals(2, 3), Reals(1)], "one") { Trained = trained };
        }
        foreach (VariadicFunction function in VariadicFunction.All)
        {
            int[] trained = function == VariadicFunction.Sum || function == VariadicFunction.Mean ? [0, 1, 2] : [];
            yield return new(new Variadic(function), [Reals(2, 3), Reals(3), Reals(2, 1)]) { Trained = trained };
        }
        yield return new(new Variadic(VariadicFunction.Max), [Longs(1, 5), Longs(3, 2)], "integers");
    }

    private static IEnumerable<OperatorExample> Logic()
    {
        Tensor a = Tensor.Vector(true, true, false, false), b = Tensor.Vector(true, false, true, false);
        foreach (BinaryFunction function in new[] { BinaryFunctions.And, BinaryFunctions.Or, BinaryFunctions.Xor }) yield return new(new Binary(function), [a, b]);
        yield return new(new Binary(BinaryFunctions.Equal), [a, b], "truth");
        yield return new(new Not(), [a]);
        yield return new(new BitwiseNot(), [Tensor.Vector<short>(5, -1, 0)]) { OldestOpset = 18 };
        Tensor odd = Tensor.Vector(1.5, double.NaN, double.PositiveInfinity, double.NegativeInfinity);
        yield return new(new IsNaN(), [odd]) { OldestOpset = 9, OpenBatch = true };
        yield return new(new IsInf(), [odd]) { OldestOpset = 10, OpenBatch = true };
        yield return new(new IsInf { Negative = false }, [odd], "positive") { OldestOpset = 10 };
    }

    private static IEnumerable<OperatorExample> OtherElementWise()
    {
        yield return new(new Where(), [Tensor.Of<bool>(Shape.Of(2, 1), [true, false]), Reals(2, 3), Number(0.5)]) { Trained = [1, 2], OldestOpset = 9 };
        yield return new(new Clip(), [Reals(3, 5), Number(-0.4), Number(0.5)]) { Trained = [0] };
        yield return new(new Clip(), [Reals(3, 5), null, Number(0.5)], "most") { Trained = [0] };
        yield return new(new Clip(), [Reals(3, 5)], "free") { Trained = [0] };
    }
}
