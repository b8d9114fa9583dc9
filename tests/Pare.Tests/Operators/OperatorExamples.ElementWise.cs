using Pare.Operators;

namespace Pare.Tests.Operators;

public static partial class OperatorExamples
{
    private static string[] OnlyPositive => ["Log", "Sqrt", "Reciprocal"];

    private static IEnumerable<OperatorExample> ElementWise() => [.. Unaries(), .. Binaries(), .. Logic(), .. OtherElementWise()];

    private static IEnumerable<OperatorExample> Unaries()
    {
        foreach (UnaryFunction function in UnaryFunctions.All)
        {
            Tensor x = Spread(Shape.Of(3, 7), v => OnlyPositive.Contains(function.Name) ? v + 1.5 : 4 * v);
            yield return new(new Unary(function), [x]) { Trained = function.HasSlope ? [0] : [], OldestOpset = Math.Max(7, function.SinceOpset), OpenBatch = true };
            if (function.Alpha is not null)
                yield return new(new Unary(function) { Alpha = 0.3f }, [x], "alpha") { Trained = [0] };
        }
    }

    private static IEnumerable<OperatorExample> Binaries()
    {
        foreach (BinaryFunction function in BinaryFunctions.All.Where(f => f.Real is not null))
        {
            int oldest = Math.Max(7, function.SinceOpset);
            int[] trained = function.Decides ? [] : [0, 1];
            yield return new(new Binary(function), [Positive(2, 3), Positive(2, 3)]) { Trained = trained, OldestOpset = oldest };
            yield return new(new Binary(function), [Positive(2, 3, 1), Positive(3, 4)], "broadcast") { Trained = trained, OldestOpset = oldest, OpenBatch = true };
            yield return new(new Binary(function), [Positive(1, 3), Number(1.5)], "scalar") { Trained = trained, OldestOpset = oldest };
            yield return new(new Binary(function), [Longs(7, -3, 8), Longs(2, 2, 3)], "integers") { OldestOpset = oldest };
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
    }

    private static IEnumerable<OperatorExample> OtherElementWise()
    {
        yield return new(new Where(), [Tensor.Of<bool>(Shape.Of(2, 1), [true, false]), Reals(2, 3), Number(0.5)]) { Trained = [1, 2], OldestOpset = 9 };
        yield return new(new Clip(), [Reals(3, 5), Number(-0.4), Number(0.5)]) { Trained = [0] };
        yield return new(new Clip(), [Reals(3, 5), null, Number(0.5)], "most") { Trained = [0] };
        yield return new(new Clip(), [Reals(3, 5)], "free") { Trained = [0] };
    }
}
