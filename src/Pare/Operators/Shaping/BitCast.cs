namespace Pare.Operators;

/// <summary>The same bytes, read as another type of the same size.</summary>
/// <param name="To">The type wanted.</param>
public sealed record BitCast(DType To) : Operator
{
    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("BitCast", r => new BitCast(OnnxTypes.Of(r, r.Int32("to"))), SinceOpset: 26);

    /// <inheritdoc/>
    public override string Name => "BitCast";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, 1);
        DType from = s.Type(0).DType;
        if (from.Size() != To.Size()) throw s.Fail($"{from} has {from.Size()} bytes, {To} has {To.Size()}; they must be of one size.");
        s.Output(To, s.Shape(0));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs) => inputs[0]!.Bytes.CopyTo(outputs[0].Bytes);

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Since(26, Name);
        w.Int("to", OnnxTypes.Number(To));
    }
}
