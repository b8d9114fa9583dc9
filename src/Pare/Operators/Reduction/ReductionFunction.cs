using System.Collections.Immutable;

namespace Pare.Operators;

/// <summary>A row of the family of reductions: how many numbers become one.</summary>
public sealed class ReductionFunction : INamed
{
    /// <summary>The mean.</summary>
    public static ReductionFunction Mean { get; } = new() { Name = "ReduceMean", Join = (sum, x) => sum + x, Finish = (sum, count) => sum / count };

    /// <summary>The sum.</summary>
    public static ReductionFunction Sum { get; } = new() { Name = "ReduceSum", AxesInputSince = 13, Join = (sum, x) => sum + x, Whole = (sum, x) => sum + x };

    /// <summary>The largest.</summary>
    public static ReductionFunction Max { get; } = new()
    {
        Name = "ReduceMax",
        Start = double.NegativeInfinity,
        Join = Math.Max,
        Whole = Math.Max,
        WholeStart = long.MinValue,
        TakesTruth = true,
    };

    /// <summary>The smallest.</summary>
    public static ReductionFunction Min { get; } = new()
    {
        Name = "ReduceMin",
        Start = double.PositiveInfinity,
        Join = Math.Min,
        Whole = Math.Min,
        WholeStart = long.MaxValue,
        TakesTruth = true,
    };

    /// <summary>The product.</summary>
    public static ReductionFunction Prod { get; } = new() { Name = "ReduceProd", Start = 1, Join = (p, x) => p * x, Whole = (p, x) => p * x, WholeStart = 1 };

    /// <summary>The sum of absolute values.</summary>
    public static ReductionFunction L1 { get; } = new() { Name = "ReduceL1", Join = (sum, x) => sum + Math.Abs(x) };

    /// <summary>The root of the sum of squares.</summary>
    public static ReductionFunction L2 { get; } = new() { Name = "ReduceL2", Join = (sum, x) => sum + x * x, Finish = (sum, _) => Math.Sqrt(sum) };

    /// <summary>The sum of squares.</summary>
    public static ReductionFunction SumSquare { get; } = new() { Name = "ReduceSumSquare", Join = (sum, x) => sum + x * x };

    /// <summary>The logarithm of the sum.</summary>
    public static ReductionFunction LogSum { get; } = new() { Name = "ReduceLogSum", Join = (sum, x) => sum + x, Finish = (sum, _) => Math.Log(sum) };

    /// <summary>The logarithm of the sum of exponentials, without overflow.</summary>
    public static ReductionFunction LogSumExp { get; } = new() { Name = "ReduceLogSumExp", Start = double.NegativeInfinity, Join = AddExponents };

    /// <summary>All rows.</summary>
    public static ImmutableArray<ReductionFunction> All { get; } = [Mean, Sum, Max, Min, Prod, L1, L2, SumSquare, LogSum, LogSumExp];

    /// <summary>The ONNX operator type.</summary>
    public required string Name { get; init; }

    /// <summary>The first opset in which the axes are an input.</summary>
    public int AxesInputSince { get; init; } = 18;

    /// <summary>The result of no numbers.</summary>
    public double Start { get; init; }

    /// <summary>How a number is joined to the result so far.</summary>
    public required Func<double, double, double> Join { get; init; }

    /// <summary>What is done with the result and the count at the end; null is nothing.</summary>
    public Func<double, int, double>? Finish { get; init; }

    /// <summary><see cref="Join"/> for integers; null where only real numbers are taken.</summary>
    public Func<long, long, long>? Whole { get; init; }

    /// <summary><see cref="Start"/> for integers.</summary>
    public long WholeStart { get; init; }

    /// <summary>Truth values are taken too.</summary>
    public bool TakesTruth { get; init; }

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    // log(exp(a) + exp(b)) = max + log(1 + exp(min - max)); where the larger one is infinite, it is the result.
    private static double AddExponents(double a, double b)
    {
        double most = Math.Max(a, b);
        return double.IsInfinity(most) ? most : most + Math.Log(1 + Math.Exp(Math.Min(a, b) - most));
    }
}
