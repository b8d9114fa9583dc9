namespace Pare.Operators;

public sealed partial record Variadic
{
    /// <inheritdoc/>
    public override void Differentiate(GradientScope s)
    {
        string dy = s.OutputGradient();
        int count = s.Node.Inputs.Length;
        if (Function == VariadicFunction.Mean) dy = s.Add(new Binary(BinaryFunctions.Div), dy, s.Number(count));
        else if (Function != VariadicFunction.Sum) s.Refuse();
        for (int input = 0; input < count; input++)
            if (s.Needs(input)) s.BroadcastGradient(input, dy);
    }
}
