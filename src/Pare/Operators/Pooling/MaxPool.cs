namespace Pare.Operators;

/// <summary>The largest element of each window; padding is never chosen. Output 1 (optional) holds the flat positions of the chosen elements.</summary>
public sealed partial record MaxPool : Operator
{
    /// <summary>The window.</summary>
    public Window Window { get; init; } = new();

    /// <summary>Positions of output 1 count the last axis as the outermost.</summary>
    public bool ColumnMajorIndices { get; init; }

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("MaxPool", r => new MaxPool { Window = WindowAttributes.Read(r), ColumnMajorIndices = r.Flag("storage_order") });

    /// <inheritdoc/>
    public override string Name => "MaxPool";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, 1);
        var type = new TensorType(s.Type(0).DType, PoolLoop.OutputShape(s, Window));
        s.Output(0, type);
        s.Output(1, type with { DType = DType.I64 });
    }

    /// <inheritdoc/>
    public override void Channels(ChannelScope s) => s.Keep();

    /// <inheritdoc/>
    public override OperatorCost Cost(InferScope s) => new(0, PoolLoop.Operations(s, Window));

    /// <inheritdoc/>
    // y[n, c, p] = max over k inside the input of x[n, c, p * stride - pad + k * dilation]
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0]!;
        int[] chosen = new PoolLoop(Window, x.Shape).Largest(x);
        int size = x.DType.Size();
        for (int i = 0; i < chosen.Length; i++)
            x.Bytes.Slice(chosen[i] * size, size).CopyTo(outputs[0].Bytes[(i * size)..]);
        if (!outputs.Asked(1)) return;
        for (int i = 0; i < chosen.Length; i++) outputs[1].As<long>()[i] = ColumnMajorIndices ? ColumnMajor(chosen[i], x.Shape) : chosen[i];
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        WindowAttributes.Write(Window, w, dilationsSince: 10, ceilSince: 10);
        if (w.Opset < 8 && w.HasOutput(1)) w.Since(8, "MaxPool with indices");
        if (ColumnMajorIndices) w.Flag("storage_order", true);
    }

    private static long ColumnMajor(int position, Shape x)
    {
        AxisSlices plane = AxisSlices.Of(x, 1);
        int rest = position % plane.Inner;
        long start = position - rest, index = 0;
        for (int axis = x.Rank - 1; axis >= 2; axis--)
        {
            rest = Math.DivRem(rest, x.Fixed[axis], out int i);
            index = index * x.Fixed[axis] + i;
        }
        return start + index;
    }
}
