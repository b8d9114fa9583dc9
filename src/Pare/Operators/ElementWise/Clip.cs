namespace Pare.Operators;

/// <summary>x kept within input 1 (least) and input 2 (most), both scalars and optional.</summary>
public sealed partial record Clip : Operator
{
    /// <summary>How it is read: before opset 11 the limits are attributes.</summary>
    public static OperatorSpec Spec { get; } = new("Clip", Read);

    /// <inheritdoc/>
    public override string Name => "Clip";

    /// <inheritdoc/>
    public override bool CanOverwrite(int input) => input == 0;

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, 3);
        s.NumberType(0);
        for (int i = 1; i < 3; i++)
        {
            if (!s.Has(i)) continue;
            s.SameType(0, i);
            if (s.Shape(i).IsFixed && s.Shape(i).Elements != 1) throw s.Fail($"input {i} is {s.Shape(i)}; one number is needed.");
        }
        s.Output(0, s.Type(0));
        s.Compute(this, s.Type(0));
    }

    /// <inheritdoc/>
    public override void Channels(ChannelScope s) => s.ElementWiseChannels();

    /// <inheritdoc/>
    public override OperatorCost Cost(InferScope s) => new(0, ((s.Has(1) ? 1 : 0) + (s.Has(2) ? 1 : 0)) * s.Shape(0).Elements);

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor? least = inputs.Length > 1 ? inputs[1] : null, most = inputs.Length > 2 ? inputs[2] : null;
        if (Reals.Holds(outputs[0].DType))
        {
            Reals x = new(inputs[0]!), y = new(outputs[0]);
            double low = least is null ? double.NegativeInfinity : new Reals(least)[0], high = most is null ? double.PositiveInfinity : new Reals(most)[0];
            for (int i = 0; i < y.Length; i++) y[i] = Math.Min(Math.Max(x[i], low), high); // least > most gives most, as ONNX says
        }
        else
        {
            Wholes x = new(inputs[0]!), y = new(outputs[0]);
            long low = least is null ? long.MinValue : new Wholes(least)[0], high = most is null ? long.MaxValue : new Wholes(most)[0];
            for (int i = 0; i < y.Length; i++) y[i] = Math.Min(Math.Max(x[i], low), high);
        }
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        if (w.Opset >= 11) return;
        if (w.TakeInput(1) is { } least) w.Float("min", (float)new Reals(least)[0]);
        if (w.TakeInput(2) is { } most) w.Float("max", (float)new Reals(most)[0]);
    }

    private static Clip Read(OperatorReader r)
    {
        if (r.Opset >= 11) return new Clip();
        if (r.Has("min")) r.SetInput(1, Tensor.Scalar(r.Float("min")));
        if (r.Has("max")) r.SetInput(2, Tensor.Scalar(r.Float("max")));
        return new Clip();
    }
}
