using Pare.Kernels.Loops;
using Pare.Operators;
using Pare.Threading;

namespace Pare.Tests.Kernels.Loops;

public sealed unsafe class UnaryLoopTests
{
    /// <summary>Most difference, relative to 1 + |value|.</summary>
    private const double Tolerance = 2e-6;

    private static IEnumerable<(Unary Op, UnaryLoop Loop, Func<double, double, double, double> Formula)> Loops()
    {
        foreach (UnaryFunction function in UnaryFunctions.All)
        {
            Unary[] ops = function.Alpha is null ? [new(function)] : [new(function), new(function) { Alpha = 0.7f }];
            foreach (Unary op in ops)
            {
                if (UnaryLoop.Of(function) is { } loop)
                    yield return (op, loop, function.Real);
                if (UnaryLoop.SlopeOf(function) is { } slope)
                    yield return (op, slope, (function.SlopeOfOutput ?? function.SlopeOfInput)!);
            }
        }
    }

    [Fact]
    public void Run_WideRange_IsCloseToTheFormula()
    {
        const int Count = 6007;
        using GuardedBuffer x = new(Count), y = new(Count);
        foreach ((Unary op, UnaryLoop loop, Func<double, double, double, double> formula) in Loops())
        {
            for (int i = 0; i < Count; i++)
                x.Span[i] = op.Function == UnaryFunctions.Sqrt ? 0.01f * i : (i + 0.37f - Count / 2) * 0.01f;
            loop.Run(x.Floats, null, y.Floats, Count, op.Alpha, op.Beta, WorkerPool.Shared(2));
            for (int i = 0; i < Count; i++)
            {
                double expected = (float)formula(x.Span[i], op.Alpha, op.Beta);
                ((double)y.Span[i]).ShouldBe(expected, Tolerance * (1 + Math.Abs(expected)), $"{op} of {x.Span[i]:R}");
            }
        }
    }

    [Fact]
    public void Run_AnyLength_WritesAllAndNothingElse()
    {
        foreach ((Unary op, UnaryLoop loop, Func<double, double, double, double> formula) in Loops())
        {
            for (int count = 0; count < 34; count++)
            {
                using GuardedBuffer x = new(count, new Rng(1)), factor = new(count, new Rng(2)), y = new(count);
                for (int i = 0; i < count; i++)
                    x.Span[i] = MathF.Abs(x.Span[i]) + 0.1f;
                loop.Run(x.Floats, factor.Floats, y.Floats, count, op.Alpha, op.Beta, WorkerPool.Shared(1));
                float[] expected = [.. x.ToArray().Zip(factor.ToArray(), (v, f) => (float)(f * formula(v, op.Alpha, op.Beta)))];
                y.ToArray().ShouldBeCloseTo(expected, (float)Tolerance, op.ToString());
            }
        }
    }

    [Fact]
    public void Run_NoNumber_StaysNoNumber()
    {
        using GuardedBuffer x = new(9), y = new(9);
        foreach ((Unary op, UnaryLoop loop, _) in Loops().Where(l => double.IsNaN(l.Formula(double.NaN, l.Op.Alpha, l.Op.Beta))))
        {
            x.Fill(float.NaN);
            loop.Run(x.Floats, null, y.Floats, 9, op.Alpha, op.Beta, WorkerPool.Shared(1));
            y.ToArray().ShouldAllBe(v => float.IsNaN(v), op.ToString());
        }
    }

    [Fact]
    public void Exp_WholeRange_ReachesInfinityAndZero()
    {
        using GuardedBuffer x = new(8), y = new(8);
        float[] values = [88.7f, 88.8f, 1000, float.PositiveInfinity, -87.3f, -100, -1000, float.NegativeInfinity];
        values.CopyTo(x.Span);
        UnaryLoop.Of(UnaryFunctions.Exp)!.Run(x.Floats, null, y.Floats, 8, 0, 0, WorkerPool.Shared(1));
        for (int i = 0; i < values.Length; i++)
        {
            float expected = (float)Math.Exp(values[i]);
            if (float.IsInfinity(expected) || expected == 0) y.Span[i].ShouldBe(expected);
            else ((double)y.Span[i]).ShouldBe(expected, 1e-6 * expected + 2 * float.Epsilon);
        }
    }
}
