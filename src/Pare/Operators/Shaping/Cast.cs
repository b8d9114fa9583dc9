namespace Pare.Operators;

/// <summary>The elements in another type: real numbers are cut towards 0, truth values are 0 and 1.</summary>
/// <param name="To">The type wanted.</param>
public sealed partial record Cast(DType To) : Operator
{
    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("Cast", r => new Cast(OnnxTypes.Of(r, (int)r.Int("to"))));

    /// <inheritdoc/>
    public override string Name => "Cast";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, 1);
        var type = new TensorType(To, s.Shape(0));
        s.Output(0, type);
        if (s.Known(0) is null && To is DType.I64 or DType.I32) s.KeepIntegers();
        else s.Compute(this, type);
    }

    /// <inheritdoc/>
    public override void Channels(ChannelScope s) => s.ElementWiseChannels();

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor x = inputs[0]!, y = outputs[0];
        bool fromReal = Reals.Holds(x.DType), toReal = Reals.Holds(To);
        for (int i = 0; i < y.Length; i++)
        {
            if (toReal) new Reals(y)[i] = fromReal ? new Reals(x)[i] : Real(x, i);
            else new Wholes(y)[i] = fromReal ? Whole(new Reals(x)[i]) : new Wholes(x)[i];
        }
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w) => w.Int("to", OnnxTypes.Number(To));

    private double Real(Tensor x, int i) => x.DType == DType.U64 ? (ulong)new Wholes(x)[i] : new Wholes(x)[i];

    private long Whole(double x) => To switch
    {
        DType.Bool => x != 0 ? 1 : 0,
        DType.U64 => unchecked((long)(ulong)x),
        _ => (long)x,
    };
}
