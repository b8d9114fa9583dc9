using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Pare.Operators;
using Pare.Threading;

namespace Pare.Kernels.Quantization;

/// <summary>Quantizes floats by one scale to 8 or 16 bits: the same bits as the definition.</summary>
/// <remarks>
/// 16 numbers at a time, the rest one by one by the same formula. Clamping before the zero point is added gives what clamping after it gives,
/// and keeps everything within integers that floats say exactly.
/// </remarks>
internal sealed class QuantizeF32 : Kernel
{
    private const int SliceNumbers = 1 << 15;

    /// <inheritdoc/>
    public override string Name => "quantize.f32";

    /// <inheritdoc/>
    public override IEnumerable<KernelOffer> Offers(KernelQuery query) =>
        query.Node.Operator is QuantizeLinear { Block: 0 } && query.IsFloat(0) && query.ReadsValuesOnly() && Operators.Quantization.IsOne(query.ShapeOf(1))
            && query.Outputs[0].DType is DType.U8 or DType.I8 or DType.U16 or DType.I16
            ? [new KernelOffer(0, CostModel.Loop(1.25 * query.Outputs[0].Shape.Elements))] : [];

    /// <inheritdoc/>
    public override PreparedKernel Prepare(KernelQuery query, KernelOffer offer) => new Prepared(query.Outputs[0]);

    private sealed unsafe class Prepared(TensorType type) : PreparedKernel
    {
        private readonly long _count = type.Shape.Elements;

        public override void Run(in KernelArguments arguments)
        {
            int zero = arguments.Inputs.Length > 2 && arguments.Inputs[2] is { } zeros ? (int)new Wholes(zeros)[0] : 0;
            (long least, long most) = Operators.Quantization.Range(type.DType);
            fixed (float* x = arguments.Input(0))
            fixed (byte* y = arguments.Outputs[0].Bytes)
            {
                arguments.Pool.Run((int)((_count + SliceNumbers - 1) / SliceNumbers), new Job
                {
                    X = x,
                    Y = y,
                    Count = _count,
                    Scale = arguments.Inputs[1]!.Floats[0],
                    Zero = zero,
                    Least = least - zero,
                    Most = most - zero,
                    Wide = type.DType is DType.U16 or DType.I16,
                });
            }
        }
    }

    private unsafe struct Job : ISliceJob
    {
        public float* X;
        public byte* Y;
        public long Count;
        public float Scale, Least, Most;
        public int Zero;
        public bool Wide;

        public readonly void Execute(int slice, int worker)
        {
            long first = (long)slice * SliceNumbers;
            int count = (int)Math.Min(SliceNumbers, Count - first);
            if (Wide) Shorts(X + first, (short*)Y + first, count);
            else Bytes(X + first, (sbyte*)Y + first, count);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Bytes(float* x, sbyte* y, int count)
        {
            int i = 0;
            for (; i + 16 <= count; i += 16)
            {
                Vector256<short> codes = Vector256.Narrow(Codes(Vector256.Load(x + i)), Codes(Vector256.Load(x + i + 8)));
                Vector128.Narrow(codes.GetLower(), codes.GetUpper()).Store(y + i);
            }
            for (; i < count; i++) y[i] = unchecked((sbyte)Code(x[i]));
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Shorts(float* x, short* y, int count)
        {
            int i = 0;
            for (; i + 16 <= count; i += 16) Vector256.Narrow(Codes(Vector256.Load(x + i)), Codes(Vector256.Load(x + i + 8))).Store(y + i);
            for (; i < count; i++) y[i] = unchecked((short)Code(x[i]));
        }

        // NaN is 0. Narrowing keeps the low bits, which is all that codes have.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly Vector256<int> Codes(Vector256<float> x)
        {
            Vector256<float> rounded = Vector256.Round(x / Scale);
            rounded &= Vector256.Equals(rounded, rounded);
            rounded = Vector256.MinNative(Vector256.Create(Most), Vector256.MaxNative(Vector256.Create(Least), rounded));
            return Vector256.ConvertToInt32(rounded) + Vector256.Create(Zero);
        }

        private readonly int Code(float x)
        {
            float rounded = MathF.Round(x / Scale, MidpointRounding.ToEven);
            return (float.IsNaN(rounded) ? 0 : (int)Math.Clamp(rounded, Least, Most)) + Zero;
        }
    }
}
