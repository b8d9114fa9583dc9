using System.Numerics;
using System.Runtime.InteropServices;

namespace Pare.Compression.Training.Optimizers;

/// <summary>Stochastic gradient descent with momentum.</summary>
/// <remarks>
/// g = f grad + d w (coupled decay) or w := w - r d w before (decoupled); v := m v + g; w := w - r v, or w - r (g + m v) in Nesterov's
/// form (Sutskever et al., ICML 2013, as most libraries have it).
/// </remarks>
/// <param name="momentum">The share of the velocity that stays, in 0..1.</param>
/// <param name="nesterov">Looks ahead by one step.</param>
/// <param name="decoupled">Whether weight decay stays out of the gradient.</param>
public sealed class Sgd(float momentum, bool nesterov, bool decoupled) : Optimizer
{
    /// <inheritdoc/>
    public override int Slots => momentum == 0 ? 0 : 1;

    /// <inheritdoc/>
    public override void Update(Span<float> values, ReadOnlySpan<float> gradient, Span<float> first, Span<float> second, in OptimizerStep step)
    {
        gradient = gradient[..values.Length];
        float coupled = decoupled ? 0 : step.Decay, shrink = decoupled ? 1 - step.Rate * step.Decay : 1;
        if (momentum == 0)
        {
            for (int i = 0; i < values.Length; i++)
                values[i] = values[i] * shrink - step.Rate * (gradient[i] * step.GradientFactor + coupled * values[i]);
            return;
        }
        Span<float> velocity = first[..values.Length];
        Span<Vector<float>> wide = MemoryMarshal.Cast<float, Vector<float>>(values), wideVelocity = MemoryMarshal.Cast<float, Vector<float>>(velocity);
        ReadOnlySpan<Vector<float>> wideGradient = MemoryMarshal.Cast<float, Vector<float>>(gradient);
        for (int i = 0; i < wide.Length; i++)
        {
            Vector<float> w = wide[i];
            Vector<float> g = wideGradient[i] * step.GradientFactor + w * coupled;
            Vector<float> v = wideVelocity[i] * momentum + g;
            wideVelocity[i] = v;
            wide[i] = w * shrink - (nesterov ? g + v * momentum : v) * step.Rate;
        }
        for (int i = wide.Length * Vector<float>.Count; i < values.Length; i++)
        {
            float w = values[i];
            float g = gradient[i] * step.GradientFactor + w * coupled;
            float v = velocity[i] * momentum + g;
            velocity[i] = v;
            values[i] = w * shrink - (nesterov ? g + v * momentum : v) * step.Rate;
        }
    }
}
