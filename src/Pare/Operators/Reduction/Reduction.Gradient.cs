namespace Pare.Operators;

public sealed partial record Reduction
{
    /// <inheritdoc/>
    public override void Differentiate(GradientScope s)
    {
        if (!s.Needs(0)) return;
        string x = s.Node.Input(0), dy = s.OutputGradient();
        if (Function == ReductionFunction.Mean || Function == ReductionFunction.Sum) s.InputGradient(0, Spread(s, this, dy));
        else if (Function == ReductionFunction.L1) s.InputGradient(0, Times(s, Spread(s, this with { Function = ReductionFunction.Sum }, dy), s.Add(new Unary(UnaryFunctions.Sign), x)));
        else if (Function == ReductionFunction.SumSquare) s.InputGradient(0, Times(s, Spread(s, this with { Function = ReductionFunction.Sum }, Times(s, dy, s.Number(2))), x));
        else if (Function == ReductionFunction.L2)
        {
            // x / y, and 0 where all x are 0.
            string norm = s.Add(new Variadic(VariadicFunction.Max), s.Node.Outputs[0], s.Number(1e-30));
            s.InputGradient(0, Times(s, Spread(s, this with { Function = ReductionFunction.Sum }, s.Add(new Binary(BinaryFunctions.Div), dy, norm)), x));
        }
        else s.Refuse();
    }

    private static string Spread(GradientScope s, Reduction sum, string dy) => s.Add(new ReductionGradient(sum), dy, s.ShapeOf(0), s.Node.Input(1));

    private static string Times(GradientScope s, string a, string b) => s.Add(new Binary(BinaryFunctions.Mul), a, b);
}
