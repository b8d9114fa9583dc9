namespace Pare.Operators;

public sealed partial record MatMul
{
    /// <inheritdoc/>
    // y = a b: da = dy b^T, db = a^T dy, each summed over the axes along which it was broadcast
    public override void Differentiate(GradientScope s)
    {
        Shape a = s.Type(0).Shape, b = s.Type(1).Shape, y = s.OutputType().Shape;
        if (a.Rank < 2 || b.Rank < 2) s.Refuse();
        string dy = s.OutputGradient();
        if (a.Rank == 2 && b.Rank == 2)
        {
            if (s.Needs(0)) s.InputGradient(0, s.Add(new Gemm { TransB = true }, dy, s.Node.Input(1)));
            if (s.Needs(1)) s.InputGradient(1, s.Add(new Gemm { TransA = true }, s.Node.Input(0), dy));
            return;
        }
        var batch = y.SkipLast(2).ToList();
        if (s.Needs(0))
            s.BroadcastGradient(0, s.Add(new MatMul(), dy, Transposed(s, 1, b.Rank)), new Shape([.. batch, a[a.Rank - 2], a[a.Rank - 1]]));
        if (s.Needs(1))
            s.BroadcastGradient(1, s.Add(new MatMul(), Transposed(s, 0, a.Rank), dy), new Shape([.. batch, b[b.Rank - 2], b[b.Rank - 1]]));
    }

    private static string Transposed(GradientScope s, int input, int rank) =>
        s.Add(new Transpose { Order = [.. Enumerable.Range(0, rank - 2), rank - 1, rank - 2] }, s.Node.Input(input));
}
