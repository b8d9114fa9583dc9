using System.Numerics;
using Pare.Encodings;

namespace Pare.Operators;

/// <summary>
/// y = (clip(round(x / s) + zero, low, high) - zero) s, half to even: what Clip, QuantizeLinear and DequantizeLinear do one after the other,
/// with a step s that learns. Inputs x, and s (one number; its magnitude counts). Files hold the three operators instead.
/// </summary>
public sealed record FakeQuantize : Operator
{
    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("FakeQuantize", Read, PareDomain.Name);

    /// <summary>The type of the codes: U8, I8, U16 or I16.</summary>
    public DType To { get; init; } = DType.U8;

    /// <summary>The least code.</summary>
    public int Low { get; init; }

    /// <summary>The greatest code.</summary>
    public int High { get; init; } = byte.MaxValue;

    /// <summary>The code that stands for 0, from <see cref="Low"/> to below <see cref="High"/>.</summary>
    public int Zero { get; init; }

    /// <summary>How the step learns.</summary>
    public StepRule Rule { get; init; }

    /// <inheritdoc/>
    public override string Name => "FakeQuantize";

    /// <summary>The least level: y = s level.</summary>
    internal int LeastLevel => Low - Zero;

    /// <summary>The greatest level.</summary>
    internal int MostLevel => High - Zero;

    /// <inheritdoc/>
    public override bool CanOverwrite(int input) => input == 0;

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 2);
        s.RealType(0);
        if (s.Shape(1) is { IsFixed: true, Elements: not 1 } steps) throw s.Fail($"the step is {steps}; one number is needed.");
        (long least, long most) = Quantization.Range(To);
        if (Low < least || High > most || Zero < Low || Zero >= High)
            throw s.Fail($"the codes {Low} to {High} with the zero point {Zero} do not fit {To}; they lie within {least} to {most}, the zero point within them and below the greatest.");
        s.Output(0, s.Type(0));
    }

    /// <inheritdoc/>
    public override void Channels(ChannelScope s) => s.ElementWiseChannels();

    /// <inheritdoc/>
    public override OperatorCost Cost(InferScope s) => new(0, 4 * s.Shape(0).Elements);

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        if (outputs[0].DType == DType.F64) Evaluate<double>(inputs[0]!, inputs[1]!, outputs[0]);
        else Evaluate<float>(inputs[0]!, inputs[1]!, outputs[0]);
    }

    /// <inheritdoc/>
    public override Operator Surrogate(ReadOnlySpan<Tensor?> inputs) => new SmoothQuantize(this, inputs[0]!, inputs[1]!);

    /// <inheritdoc/>
    public override void Differentiate(GradientScope s)
    {
        string[] gradients = s.Add(new FakeQuantizeGradient(this), 2, s.OutputGradient(), s.Node.Inputs[0], s.Node.Inputs[1]);
        if (s.Needs(0)) s.InputGradient(0, gradients[0]);
        if (s.Needs(1)) s.InputGradient(1, gradients[1]);
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Int("to", OnnxTypes.Number(To));
        w.Int("low", Low);
        w.Int("high", High);
        w.Int("zero", Zero);
        w.Int("rule", (int)Rule);
    }

    /// <summary>Reads the attributes, which the gradient has too.</summary>
    internal static FakeQuantize Read(OperatorReader r) => new()
    {
        To = OnnxTypes.Of(r, (int)r.Int("to")),
        Low = r.Int32("low"),
        High = r.Int32("high"),
        Zero = r.Int32("zero"),
        Rule = r.Int32("rule") == 0 ? StepRule.Lsq : StepRule.Pact,
    };

    // Divided and rounded in the type of x, as QuantizeLinear does. NaN stays NaN; codes have no -0.
    private void Evaluate<T>(Tensor from, Tensor step, Tensor to) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T s = T.CreateChecked(Math.Max(Math.Abs(new Reals(step)[0]), Steps.Least)), low = T.CreateChecked(LeastLevel), high = T.CreateChecked(MostLevel);
        Span<T> x = from.As<T>(), y = to.As<T>();
        for (int i = 0; i < y.Length; i++) y[i] = (T.Clamp(T.Round(x[i] / s), low, high) + T.Zero) * s;
    }
}
