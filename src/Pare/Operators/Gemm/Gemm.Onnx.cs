namespace Pare.Operators;

public sealed partial record Gemm
{
    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("Gemm", r => new Gemm
    {
        Alpha = r.Float("alpha", 1),
        Beta = r.Float("beta", 1),
        TransA = r.Flag("transA"),
        TransB = r.Flag("transB"),
    });

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        if (Alpha != 1) w.Float("alpha", Alpha);
        if (Beta != 1) w.Float("beta", Beta);
        if (TransA) w.Flag("transA", true);
        if (TransB) w.Flag("transB", true);
        if (w.Opset < 11 && !w.HasInput(2)) w.Since(11, "Gemm without input c");
    }
}
