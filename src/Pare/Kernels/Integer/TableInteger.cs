using System.Runtime.CompilerServices;
using Pare.Operators;
using Pare.Threading;

namespace Pare.Kernels.Integer;

/// <summary>Functions of one byte, by their table: a load for each, on every processor.</summary>
internal sealed class TableInteger() : IntegerKernel<IntegerTable>("table-integer")
{
    /// <inheritdoc/>
    protected override PlannedKernel Plan(IntegerTable op, KernelQuery query) => new Planned(op, query.Inputs[0]!);

    private sealed unsafe class Planned(IntegerTable op, TensorType x) : PlannedKernel
    {
        private const int SliceBytes = 1 << 14;
        private readonly byte[] _table = [.. Enumerable.Range(0, 256).Select(i => unchecked((byte)op.Table[x.DType == DType.I8 ? i ^ 0x80 : i]))];

        public override double Seconds => CostModel.Loop(0.5 * x.Shape.Elements, nanoseconds: 0.3);

        public override void Run(in KernelArguments arguments)
        {
            int count = arguments.Outputs[0].ByteLength;
            fixed (byte* from = arguments.Inputs[0]!.Bytes, to = arguments.Outputs[0].Bytes, table = _table)
                arguments.Pool.Run((count + SliceBytes - 1) / SliceBytes, new Job { From = from, To = to, Table = table, Count = count });
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Look(byte* from, byte* to, byte* table, int count)
        {
            int i = 0;
            for (; i <= count - 4; i += 4)
            {
                byte a = table[from[i]], b = table[from[i + 1]], c = table[from[i + 2]], d = table[from[i + 3]];
                to[i] = a;
                to[i + 1] = b;
                to[i + 2] = c;
                to[i + 3] = d;
            }
            for (; i < count; i++)
                to[i] = table[from[i]];
        }

        private struct Job : ISliceJob
        {
            public byte* From;
            public byte* To;
            public byte* Table;
            public int Count;

            public readonly void Execute(int slice, int worker)
            {
                int first = slice * SliceBytes;
                Look(From + first, To + first, Table, Math.Min(SliceBytes, Count - first));
            }
        }
    }
}
