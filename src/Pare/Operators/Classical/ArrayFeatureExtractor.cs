namespace Pare.Operators;

/// <summary>The elements of input 0 along its last axis that the indices (input 1, I64) name: how scikit-learn's exports look class labels up.</summary>
/// <remarks>ONNX's set of classical operators. Data of one axis give [1, n].</remarks>
public sealed record ArrayFeatureExtractor : Operator
{
    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("ArrayFeatureExtractor", _ => new ArrayFeatureExtractor(), ClassicalDomain.Name);

    /// <inheritdoc/>
    public override string Name => "ArrayFeatureExtractor";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 2);
        s.Holds(1, DType.I64);
        Shape x = s.ShapeOfRank(0, 1, int.MaxValue);
        Dim count = s.Shape(1).Product() ?? s.Unknown(x.Rank);
        s.Output(s.Type(0).DType, new Shape([.. x.Rank == 1 ? [1] : x.SkipLast(1), count]));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0]!, y = outputs[0];
        var indices = new Wholes(inputs[1]!);
        int length = x.Dims[^1], size = x.DType.Size();
        for (int i = 0; i < y.Length; i++)
            x.Bytes.Slice((i / indices.Length * length + Gather.Index(indices[i % indices.Length], length)) * size, size).CopyTo(y.Bytes[(i * size)..]);
    }
}
