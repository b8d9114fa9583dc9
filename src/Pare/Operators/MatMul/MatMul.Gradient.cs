namespace Pare.Operators;

public sealed partial record MatMul
{
    /// <inheritdoc/>
    // y = a b: da = dy b^T, db = a^T dy, each summed over the axes along which it was broadcast
    public override void Differentiate(GradientScope s)
    {
        Shape a = s.Type(0).Shape, b = s.Type(1).Shape, y = s.OutputType().Shape;
        string dy = s.OutputGradient();
        if (a.Rank == 1 || b.Rank == 1)
        {
            OfVectors(s, a, b, dy);
            return;
        }
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

    // Vectors count as one row on the left and one column on the right; dy gets back the axes that the product has lost.
    private static void OfVectors(GradientScope s, Shape a, Shape b, string dy)
    {
        string left = a.Rank == 1 ? With(s, s.Node.Input(0), 0) : s.Node.Input(0), right = b.Rank == 1 ? With(s, s.Node.Input(1), 1) : s.Node.Input(1);
        if (b.Rank == 1) dy = With(s, dy, -1);
        if (a.Rank == 1) dy = With(s, dy, -2);
        Shape rows = a.Rank == 1 ? new Shape([1, a[0]]) : a, columns = b.Rank == 1 ? new Shape([b[0], 1]) : b;
        var batch = (a.Rank == 1 ? columns : rows).SkipLast(2).ToList();
        if (s.Needs(0)) Give(0, s.Add(new MatMul(), dy, s.Add(Turn(columns.Rank), right)), a.Rank == 1);
        if (s.Needs(1)) Give(1, s.Add(new MatMul(), s.Add(Turn(rows.Rank), left), dy), b.Rank == 1);

        void Give(int input, string gradient, bool vector)
        {
            if (vector && batch.Count > 0) gradient = s.Sum(gradient, [.. Enumerable.Range(0, batch.Count).Select(i => (long)i)]);
            s.InputGradient(input, vector ? s.ReshapeTo(gradient, input) : gradient);
        }
    }

    private static string With(GradientScope s, string value, long axis) => s.Add(new Unsqueeze(), value, s.Constant(Tensor.Vector(axis)));

    private static Transpose Turn(int rank) => new() { Order = [.. Enumerable.Range(0, rank - 2), rank - 1, rank - 2] };

    private static string Transposed(GradientScope s, int input, int rank) =>
        s.Add(Turn(rank), s.Node.Input(input));
}
