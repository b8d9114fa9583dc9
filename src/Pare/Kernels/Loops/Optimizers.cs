using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Pare.Runtime;

namespace Pare.Kernels.Loops;

/// <summary>One step of an optimizer over a buffer of weights; slices of 32,768 numbers, lanes independent, the same bits at every level.</summary>
internal static unsafe class Optimizers
{
    private const int SliceFloats = 1 << 15;

    /// <summary>g += decay * w; v = momentum * v + g; w -= rate * v (Nesterov: w -= rate * (g + momentum * v)).</summary>
    /// <remarks>Sutskever et al., ICML 2013, in the form that keeps the rate out of v.</remarks>
    public static void Momentum(float* weights, float* gradient, float* velocity, long count, float rate, float momentum, float decay, bool nesterov, WorkerPool pool) =>
        pool.Run(
            (int)((count + SliceFloats - 1) / SliceFloats),
            new MomentumJob { W = weights, G = gradient, V = velocity, Count = count, Rate = rate, Momentum = momentum, Decay = decay, Nesterov = nesterov });

    /// <summary>Adam; with <paramref name="decoupled"/> AdamW, whose decay acts on the weights alone.</summary>
    /// <param name="step">1 for the first step.</param>
    /// <remarks>Kingma, Ba, ICLR 2015, algorithm 1; Loshchilov, Hutter, ICLR 2019, algorithm 2.</remarks>
    public static void Adam(
        float* weights, float* gradient, float* mean, float* square, long count, float rate, float beta1, float beta2, float epsilon, float decay, bool decoupled, long step, WorkerPool pool)
    {
        double correction1 = 1 - Math.Pow(beta1, step), correction2 = 1 - Math.Pow(beta2, step);
        AdamJob job = new()
        {
            W = weights,
            G = gradient,
            M = mean,
            S = square,
            Count = count,
            Rate = (float)(rate / correction1),
            Beta1 = beta1,
            Beta2 = beta2,
            Epsilon = epsilon,
            RootCorrection = (float)(1 / Math.Sqrt(correction2)),
            Coupled = decoupled ? 0 : decay,
            Keep = decoupled ? 1 - rate * decay : 1,
        };
        pool.Run((int)((count + SliceFloats - 1) / SliceFloats), job);
    }

    private struct MomentumJob : ISliceJob
    {
        public float* W;
        public float* G;
        public float* V;
        public long Count;
        public float Rate;
        public float Momentum;
        public float Decay;
        public bool Nesterov;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Execute(int slice, int worker)
        {
            long i = (long)slice * SliceFloats, end = Math.Min(Count, i + SliceFloats);
            for (; i + 8 <= end; i += 8)
            {
                Vector256<float> w = Vector256.Load(W + i), g = Vector256.Load(G + i) + w * Decay;
                Vector256<float> v = Vector256.Load(V + i) * Momentum + g;
                v.Store(V + i);
                (w - (Nesterov ? g + v * Momentum : v) * Rate).Store(W + i);
            }
            for (; i < end; i++)
            {
                float g = G[i] + W[i] * Decay, v = V[i] * Momentum + g;
                V[i] = v;
                W[i] -= (Nesterov ? g + v * Momentum : v) * Rate;
            }
        }
    }

    private struct AdamJob : ISliceJob
    {
        public float* W;
        public float* G;
        public float* M;
        public float* S;
        public long Count;
        public float Rate;
        public float Beta1;
        public float Beta2;
        public float Epsilon;
        public float RootCorrection;
        public float Coupled;
        public float Keep;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Execute(int slice, int worker)
        {
            long i = (long)slice * SliceFloats, end = Math.Min(Count, i + SliceFloats);
            for (; i + 8 <= end; i += 8)
            {
                Vector256<float> w = Vector256.Load(W + i), g = Vector256.Load(G + i) + w * Coupled;
                Vector256<float> m = Vector256.Load(M + i) * Beta1 + g * (1 - Beta1), s = Vector256.Load(S + i) * Beta2 + g * g * (1 - Beta2);
                m.Store(M + i);
                s.Store(S + i);
                (w * Keep - m * Rate / (Vector256.Sqrt(s) * RootCorrection + Vector256.Create(Epsilon))).Store(W + i);
            }
            for (; i < end; i++)
            {
                float g = G[i] + W[i] * Coupled;
                float m = M[i] * Beta1 + g * (1 - Beta1), s = S[i] * Beta2 + g * g * (1 - Beta2);
                (M[i], S[i]) = (m, s);
                W[i] = W[i] * Keep - m * Rate / (MathF.Sqrt(s) * RootCorrection + Epsilon);
            }
        }
    }
}
