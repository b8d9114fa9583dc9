namespace Pare.Operators;

public sealed partial record Gemm
{
    /// <inheritdoc/>
    // y = alpha a' b' + beta c: da' = alpha dy b'^T, db' = alpha a'^T dy, dc = beta dy
    public override void Differentiate(GradientScope s)
    {
        string dy = s.OutputGradient(), a = s.Node.Input(0), b = s.Node.Input(1);
        if (s.Needs(0))
            s.InputGradient(0, TransA ? Product(s, b, dy, TransB, true) : Product(s, dy, b, false, !TransB));
        if (s.Needs(1))
            s.InputGradient(1, TransB ? Product(s, dy, a, true, TransA) : Product(s, a, dy, !TransA, false));
        if (s.Node.Input(2).Length > 0 && s.Needs(2))
            s.BroadcastGradient(2, Beta == 1 ? dy : s.Add(new Binary(BinaryFunctions.Mul), dy, s.Number(Beta)));
    }

    private string Product(GradientScope s, string left, string right, bool transLeft, bool transRight) =>
        s.Add(new Gemm { Alpha = Alpha, TransA = transLeft, TransB = transRight }, left, right);
}
