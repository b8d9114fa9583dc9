namespace Pare.Operators;

/// <summary>The elements of input 0 in the type of input 1.</summary>
public sealed record CastLike : Operator
{
    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("CastLike", _ => new CastLike(), SinceOpset: 15);

    /// <inheritdoc/>
    public override string Name => "CastLike";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 2);
        DType to = s.Type(1).DType;
        var type = new TensorType(to, s.Shape(0));
        s.Output(0, type);
        if (s.Known(0) is { } known && KnownValues.Small(type))
        {
            var value = new Tensor(to, type.Shape);
            new Cast(to).Evaluate([known], [value]);
            s.OutputIntegers(0, [.. value.ToInt64s().Select(v => (Dim)v)]);
        }
        else if (to is DType.I64 or DType.I32) s.KeepIntegers();
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs) => new Cast(outputs[0].DType).Evaluate(inputs[..1], outputs);

    /// <inheritdoc/>
    public override void Differentiate(GradientScope s)
    {
        if (!Reals.Holds(s.Type(0).DType) || !Reals.Holds(s.Type(1).DType)) s.Refuse();
        if (s.Needs(0)) s.InputGradient(0, s.Add(new Cast(s.Type(0).DType), s.OutputGradient()));
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w) => w.Since(15, Name);
}
