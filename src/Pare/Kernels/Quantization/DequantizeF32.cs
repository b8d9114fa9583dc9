using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Pare.Operators;
using Pare.Threading;

namespace Pare.Kernels.Quantization;

/// <summary>Makes floats of codes of 8 or 16 bits by one scale: the same bits as the definition.</summary>
/// <remarks>16 numbers at a time, the rest one by one. Codes less their zero point are exact in floats, so there is one rounding.</remarks>
internal sealed class DequantizeF32 : Kernel
{
    private const int SliceNumbers = 1 << 15;

    /// <inheritdoc/>
    public override string Name => "dequantize.f32";

    /// <inheritdoc/>
    public override IEnumerable<KernelOffer> Offers(KernelQuery query) =>
        query.Node.Operator is DequantizeLinear { Block: 0 } && query.ReadsValuesOnly() && Operators.Quantization.IsOne(query.ShapeOf(1))
            && query.Inputs[0]!.DType is DType.U8 or DType.I8 or DType.U16 or DType.I16
            ? [new KernelOffer(0, CostModel.Loop(1.25 * query.Outputs[0].Shape.Elements))] : [];

    /// <inheritdoc/>
    public override PreparedKernel Prepare(KernelQuery query, KernelOffer offer) => new Prepared(query.Inputs[0]!.DType, query.Outputs[0].Shape.Elements);

    private sealed unsafe class Prepared(DType type, long count) : PreparedKernel
    {
        public override void Run(in KernelArguments arguments)
        {
            int zero = arguments.Inputs.Length > 2 && arguments.Inputs[2] is { } zeros ? (int)new Wholes(zeros)[0] : 0;
            fixed (byte* x = arguments.Inputs[0]!.Bytes)
            fixed (float* y = arguments.Output(0))
            {
                arguments.Pool.Run((int)((count + SliceNumbers - 1) / SliceNumbers), new Job { X = x, Y = y, Count = count, Scale = arguments.Inputs[1]!.Floats[0], Zero = zero, Type = type });
            }
        }
    }

    private unsafe struct Job : ISliceJob
    {
        public byte* X;
        public float* Y;
        public long Count;
        public float Scale;
        public int Zero;
        public DType Type;

        public readonly void Execute(int slice, int worker)
        {
            long first = (long)slice * SliceNumbers;
            int count = (int)Math.Min(SliceNumbers, Count - first);
            float* y = Y + first;
            switch (Type)
            {
                case DType.U8: Unsigned(X + first, y, count); break;
                case DType.I8: Signed((sbyte*)X + first, y, count); break;
                case DType.U16: Unsigned((ushort*)X + first, y, count); break;
                default: Signed((short*)X + first, y, count); break;
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Unsigned(byte* x, float* y, int count)
        {
            int i = 0;
            for (; i + 16 <= count; i += 16)
            {
                Vector256<short> codes = Vector256.Create(Vector128.WidenLower(Vector128.Load(x + i)).AsInt16(), Vector128.WidenUpper(Vector128.Load(x + i)).AsInt16());
                Store(Vector256.WidenLower(codes), Vector256.WidenUpper(codes), y + i);
            }
            for (; i < count; i++) y[i] = (x[i] - Zero) * Scale;
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Signed(sbyte* x, float* y, int count)
        {
            int i = 0;
            for (; i + 16 <= count; i += 16)
            {
                Vector256<short> codes = Vector256.Create(Vector128.WidenLower(Vector128.Load(x + i)), Vector128.WidenUpper(Vector128.Load(x + i)));
                Store(Vector256.WidenLower(codes), Vector256.WidenUpper(codes), y + i);
            }
            for (; i < count; i++) y[i] = (x[i] - Zero) * Scale;
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Unsigned(ushort* x, float* y, int count)
        {
            int i = 0;
            for (; i + 16 <= count; i += 16)
            {
                Vector256<ushort> codes = Vector256.Load(x + i);
                Store(Vector256.WidenLower(codes).AsInt32(), Vector256.WidenUpper(codes).AsInt32(), y + i);
            }
            for (; i < count; i++) y[i] = (x[i] - Zero) * Scale;
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Signed(short* x, float* y, int count)
        {
            int i = 0;
            for (; i + 16 <= count; i += 16)
            {
                Vector256<short> codes = Vector256.Load(x + i);
                Store(Vector256.WidenLower(codes), Vector256.WidenUpper(codes), y + i);
            }
            for (; i < count; i++) y[i] = (x[i] - Zero) * Scale;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void Store(Vector256<int> low, Vector256<int> high, float* y)
        {
            Vector256<int> zero = Vector256.Create(Zero);
            (Vector256.ConvertToSingle(low - zero) * Scale).Store(y);
            (Vector256.ConvertToSingle(high - zero) * Scale).Store(y + 8);
        }
    }
}
