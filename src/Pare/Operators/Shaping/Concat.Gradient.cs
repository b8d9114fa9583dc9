namespace Pare.Operators;

public sealed partial record Concat
{
    /// <inheritdoc/>
    public override void Differentiate(GradientScope s)
    {
        int axis = s.OutputType().Shape.Axis(Axis);
        Dim start = 0;
        for (int input = 0; input < s.Node.Inputs.Length; input++)
        {
            Dim end = start + s.Type(input).Shape[axis];
            if (s.Needs(input))
            {
                if (!start.IsKnown || !end.IsKnown) s.Refuse();
                s.InputGradient(input, s.Add(new Slice(), s.OutputGradient(), One(s, start.Value), One(s, end.Value), One(s, axis)));
            }
            start = end;
        }
    }

    private static string One(GradientScope s, long value) => s.Constant(Tensor.Vector<long>(value));
}
