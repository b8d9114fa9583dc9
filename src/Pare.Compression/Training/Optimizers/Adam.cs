using System.Numerics;
using System.Runtime.InteropServices;

namespace Pare.Compression.Training.Optimizers;

/// <summary>Adam, and AdamW where the decay is decoupled.</summary>
/// <remarks>
/// g = f grad + d w (coupled decay) or w := w - r d w before (decoupled); m := b1 m + (1 - b1) g; v := b2 v + (1 - b2) g^2;
/// w := w - r m' / (sqrt(v') + e) with m' = m / (1 - b1^t), v' = v / (1 - b2^t).
/// Kingma and Ba, ICLR 2015; Loshchilov and Hutter, ICLR 2019.
/// </remarks>
/// <param name="beta1">The memory of the mean, in 0..1.</param>
/// <param name="beta2">The memory of the square, in 0..1.</param>
/// <param name="epsilon">Added to the root, above 0.</param>
/// <param name="decoupled">Whether weight decay stays out of the gradient (AdamW).</param>
public sealed class Adam(float beta1, float beta2, float epsilon, bool decoupled) : Optimizer
{
    /// <inheritdoc/>
    public override int Slots => 2;

    /// <inheritdoc/>
    public override void Update(Span<float> values, ReadOnlySpan<float> gradient, Span<float> first, Span<float> second, in OptimizerStep step)
    {
        gradient = gradient[..values.Length];
        Span<float> mean = first[..values.Length], square = second[..values.Length];
        float coupled = decoupled ? 0 : step.Decay, shrink = decoupled ? 1 - step.Rate * step.Decay : 1;
        float rate = (float)(step.Rate / (1 - Math.Pow(beta1, step.Number)));
        float correction = (float)(1 / Math.Sqrt(1 - Math.Pow(beta2, step.Number)));
        Span<Vector<float>> wide = MemoryMarshal.Cast<float, Vector<float>>(values);
        Span<Vector<float>> wideMean = MemoryMarshal.Cast<float, Vector<float>>(mean), wideSquare = MemoryMarshal.Cast<float, Vector<float>>(square);
        ReadOnlySpan<Vector<float>> wideGradient = MemoryMarshal.Cast<float, Vector<float>>(gradient);
        var floor = new Vector<float>(epsilon);
        for (int i = 0; i < wide.Length; i++)
        {
            Vector<float> w = wide[i];
            Vector<float> g = wideGradient[i] * step.GradientFactor + w * coupled;
            Vector<float> m = wideMean[i] * beta1 + g * (1 - beta1);
            Vector<float> v = wideSquare[i] * beta2 + g * g * (1 - beta2);
            wideMean[i] = m;
            wideSquare[i] = v;
            wide[i] = w * shrink - m * rate / (Vector.SquareRoot(v) * correction + floor);
        }
        for (int i = wide.Length * Vector<float>.Count; i < values.Length; i++)
        {
            float w = values[i];
            float g = gradient[i] * step.GradientFactor + w * coupled;
            float m = mean[i] * beta1 + g * (1 - beta1);
            float v = square[i] * beta2 + g * g * (1 - beta2);
            mean[i] = m;
            square[i] = v;
            values[i] = w * shrink - m * rate / (MathF.Sqrt(v) * correction + epsilon);
        }
    }
}
