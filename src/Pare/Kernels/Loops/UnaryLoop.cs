using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Pare.Operators;
using Pare.Threading;

namespace Pare.Kernels.Loops;

/// <summary>The loop of a function of one number, or of its slope, in vectors. Lanes are independent; the tail runs through the same vectors.</summary>
internal abstract unsafe class UnaryLoop
{
    private static readonly FrozenDictionary<UnaryFunction, UnaryLoop> Formulas = new Dictionary<UnaryFunction, UnaryLoop>
    {
        [UnaryFunctions.LeakyRelu] = new UnaryLoop<LeakyReluFormula>(),
        [UnaryFunctions.Sigmoid] = new UnaryLoop<SigmoidFormula>(),
        [UnaryFunctions.Tanh] = new UnaryLoop<TanhFormula>(),
        [UnaryFunctions.Elu] = new UnaryLoop<EluFormula>(),
        [UnaryFunctions.Selu] = new UnaryLoop<SeluFormula>(),
        [UnaryFunctions.HardSigmoid] = new UnaryLoop<HardSigmoidFormula>(),
        [UnaryFunctions.HardSwish] = new UnaryLoop<HardSwishFormula>(),
        [UnaryFunctions.Softplus] = new UnaryLoop<SoftplusFormula>(),
        [UnaryFunctions.Softsign] = new UnaryLoop<SoftsignFormula>(),
        [UnaryFunctions.Exp] = new UnaryLoop<ExpFormula>(),
        [UnaryFunctions.Sqrt] = new UnaryLoop<SqrtFormula>(),
        [UnaryFunctions.Neg] = new UnaryLoop<NegFormula>(),
        [UnaryFunctions.Abs] = new UnaryLoop<AbsFormula>(),
        [UnaryFunctions.Erf] = new UnaryLoop<ErfFormula>(),
        [UnaryFunctions.Reciprocal] = new UnaryLoop<ReciprocalFormula>(),
        [UnaryFunctions.Floor] = new UnaryLoop<FloorFormula>(),
        [UnaryFunctions.Ceil] = new UnaryLoop<CeilFormula>(),
        [UnaryFunctions.BinarySign] = new UnaryLoop<BinarySignFormula>(),
        [ActivationFunctions.Gelu] = new UnaryLoop<GeluFormula>(),
        [ActivationFunctions.GeluTanh] = new UnaryLoop<GeluTanhFormula>(),
        [ActivationFunctions.Mish] = new UnaryLoop<MishFormula>(),
        [ActivationFunctions.Swish] = new UnaryLoop<SwishFormula>(),
        [ActivationFunctions.Celu] = new UnaryLoop<CeluFormula>(),
        [ActivationFunctions.ThresholdedRelu] = new UnaryLoop<ThresholdedReluFormula>(),
    }.ToFrozenDictionary();

    // Of x or of y, as the function's row in the catalog has it.
    private static readonly FrozenDictionary<UnaryFunction, UnaryLoop> Slopes = new Dictionary<UnaryFunction, UnaryLoop>
    {
        [UnaryFunctions.LeakyRelu] = new UnaryLoop<LeakyReluSlope>(),
        [UnaryFunctions.Sigmoid] = new UnaryLoop<SigmoidSlope>(),
        [UnaryFunctions.Tanh] = new UnaryLoop<TanhSlope>(),
        [UnaryFunctions.Elu] = new UnaryLoop<EluSlope>(),
        [UnaryFunctions.HardSigmoid] = new UnaryLoop<HardSigmoidSlope>(),
        [UnaryFunctions.HardSwish] = new UnaryLoop<HardSwishSlope>(),
        [UnaryFunctions.Softplus] = new UnaryLoop<SigmoidFormula>(),
        [ActivationFunctions.Gelu] = new UnaryLoop<GeluSlope>(),
        [ActivationFunctions.GeluTanh] = new UnaryLoop<GeluTanhSlope>(),
        [ActivationFunctions.Mish] = new UnaryLoop<MishSlope>(),
        [ActivationFunctions.Swish] = new UnaryLoop<SwishSlope>(),
    }.ToFrozenDictionary();

    /// <summary>The loop of a function, or null where there is none in vectors.</summary>
    public static UnaryLoop? Of(UnaryFunction function) => Formulas.GetValueOrDefault(function);

    /// <summary>The loop of a function's slope, or null where there is none in vectors.</summary>
    public static UnaryLoop? SlopeOf(UnaryFunction function) => Slopes.GetValueOrDefault(function);

    /// <summary>y[i] = formula(x[i]); where <paramref name="factor"/> is given, times factor[i].</summary>
    public abstract void Run(float* x, float* factor, float* y, long count, float alpha, float beta, WorkerPool pool);
}

/// <summary>The loop of one formula.</summary>
internal sealed unsafe class UnaryLoop<TFormula> : UnaryLoop where TFormula : struct, IUnary
{
    private const int SliceFloats = 1 << 13;

    public override void Run(float* x, float* factor, float* y, long count, float alpha, float beta, WorkerPool pool) =>
        pool.Run(
            (int)((count + SliceFloats - 1) / SliceFloats),
            new Job { X = x, Factor = factor, Y = y, Count = count, Alpha = alpha, Beta = beta });

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row(float* x, float* y, int count, float alpha, float beta)
    {
        Vector256<float> a = Vector256.Create(alpha), b = Vector256.Create(beta);
        int i = 0;
        for (; i + 8 <= count; i += 8)
            TFormula.Apply(Vector256.Load(x + i), a, b).Store(y + i);
        if (i == count)
            return;
        float* rest = stackalloc float[8];
        new Span<float>(rest, 8).Clear();
        new Span<float>(x + i, count - i).CopyTo(new Span<float>(rest, 8));
        TFormula.Apply(Vector256.Load(rest), a, b).Store(rest);
        new Span<float>(rest, count - i).CopyTo(new Span<float>(y + i, count - i));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ScaledRow(float* x, float* factor, float* y, int count, float alpha, float beta)
    {
        Vector256<float> a = Vector256.Create(alpha), b = Vector256.Create(beta);
        int i = 0;
        for (; i + 8 <= count; i += 8)
            (Vector256.Load(factor + i) * TFormula.Apply(Vector256.Load(x + i), a, b)).Store(y + i);
        if (i == count)
            return;
        float* rest = stackalloc float[8];
        new Span<float>(rest, 8).Clear();
        new Span<float>(x + i, count - i).CopyTo(new Span<float>(rest, 8));
        TFormula.Apply(Vector256.Load(rest), a, b).Store(rest);
        for (int k = 0; i + k < count; k++)
            y[i + k] = factor[i + k] * rest[k];
    }

    private struct Job : ISliceJob
    {
        public float* X;
        public float* Factor;
        public float* Y;
        public long Count;
        public float Alpha;
        public float Beta;

        public readonly void Execute(int slice, int worker)
        {
            long first = (long)slice * SliceFloats;
            int count = (int)Math.Min(SliceFloats, Count - first);
            if (Factor is null)
                Row(X + first, Y + first, count, Alpha, Beta);
            else
                ScaledRow(X + first, Factor + first, Y + first, count, Alpha, Beta);
        }
    }
}
