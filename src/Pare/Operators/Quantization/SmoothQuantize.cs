using Pare.Encodings;

namespace Pare.Operators;

/// <summary>
/// The surrogate of a <see cref="FakeQuantize"/> at some inputs: y = s' (clip(x / s', least, most) + d). d = round(v) - v is what rounding
/// added there, 0 outside of the range; s' = s + f (s_now - s), f the factor of the step's gradient.
/// </summary>
/// <remarks>For PACT y = clip(x, least s', most s') + d s: rounding does not depend on the step.</remarks>
internal sealed record SmoothQuantize : Operator
{
    private readonly FakeQuantize _of;
    private readonly double _step;
    private readonly double[] _rounding;

    public SmoothQuantize(FakeQuantize of, Tensor x, Tensor step)
    {
        _of = of;
        _step = new Reals(step)[0];
        double[] values = new Reals(x).ToArray();
        _rounding = [.. values.Select(value => value / Math.Abs(_step)).Select(v => v < of.LeastLevel || v > of.MostLevel ? 0 : Math.Round(v) - v)];
    }

    /// <inheritdoc/>
    public override string Name => "SmoothQuantize";

    /// <inheritdoc/>
    public override void Infer(InferScope s) => s.Output(0, s.Type(0));

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Reals x = new(inputs[0]!), y = new(outputs[0]);
        double factor = FakeQuantizeGradient.Factor(_of, inputs[0]!.Shape), step = Math.Abs(_step + factor * (new Reals(inputs[1]!)[0] - _step));
        for (int i = 0; i < y.Length; i++)
            y[i] = step * Math.Clamp(x[i] / step, _of.LeastLevel, _of.MostLevel) + _rounding[i] * (_of.Rule == StepRule.Pact ? Math.Abs(_step) : step);
    }
}
