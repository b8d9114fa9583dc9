
namespace Pare.Kernels.Normalization;

/// <summary>A planned normalization of rows; scale and bias are inputs 1 and 2, the bias may be absent.</summary>
/// <param name="query">The node.</param>
/// <param name="rows">How many rows.</param>
/// <param name="run">Numbers that share a scale; 0: each number of a row has its own.</param>
/// <param name="epsilon">Added to the variance.</param>
internal sealed unsafe class RowNormPlan(KernelQuery query, int rows, int run, float epsilon) : PlannedKernel
{
    private readonly NormParameters _parameters = new(query, 1, query.Has(2) ? 2 : 1);
    private readonly bool _biased = query.Has(2);

    public override long PackedBytes => _parameters.Bytes;

    public override double Seconds => CostModel.Loop(4.0 * query.Outputs[0].Shape.Elements);

    public override void Pack() => _parameters.Pack();

    public override void Run(in KernelArguments arguments)
    {
        ReadOnlySpan<float> scales = _parameters.Of(arguments, 1), biases = _biased ? _parameters.Of(arguments, 2) : [];
        fixed (float* x = arguments.Input(0), y = arguments.Output(0), scale = scales, bias = biases)
            RowNorm.Forward(
                new RowNorm.Operands
                {
                    Rows = rows,
                    Length = arguments.Input(0).Length / rows,
                    Epsilon = epsilon,
                    Run = run,
                    Scales = scales.Length,
                    X = x,
                    Scale = scale,
                    Bias = bias,
                    Y = y,
                },
                arguments.Pool);
    }

    /// <summary>True where the kernel can read the parameters, and only y is asked for.</summary>
    public static bool Takes(KernelQuery query) =>
        query.Weight(0) is null && query.IsFloat(1) && (!query.Has(2) || query.IsFloat(2)) && !query.Wants(1) && !query.Wants(2);
}
