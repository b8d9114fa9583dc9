namespace Pare.Operators;

public sealed partial record Transpose
{
    /// <inheritdoc/>
    public override void Differentiate(GradientScope s)
    {
        int[] order = OrderOf(s.Type(0).Shape.Rank);
        var back = new ValueList<int>(Enumerable.Range(0, order.Length).Select(a => Array.IndexOf(order, a)));
        if (s.Needs(0)) s.InputGradient(0, s.Add(new Transpose { Order = back }, s.OutputGradient()));
    }
}
