using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Pare.Runtime;

namespace Pare.Kernels.Loops;

/// <summary>Operands of y = a (operation) b, one of which may be repeated.</summary>
internal unsafe struct RepeatedOperands
{
    public float* A;
    public float* B;
    public float* Y;
    public long Count;

    /// <summary>How the repeated operand is repeated; null where both have all numbers.</summary>
    public BroadcastPattern? Repeated;

    /// <summary>A is the repeated one, otherwise B.</summary>
    public bool RepeatsA;
}

/// <summary>Loops over two operands of which one is repeated. Lanes are independent: the same bits at every level.</summary>
internal static unsafe class Repeated
{
    private const int SliceFloats = 1 << 15;

    /// <summary>y[i] = operation(a, b).</summary>
    public static void Map<TOperation>(in RepeatedOperands operands, WorkerPool pool) where TOperation : struct, IBinary
    {
        if (operands.Repeated is not { } pattern)
        {
            Elementwise.Map<TOperation>(operands.A, operands.B, operands.Y, operands.Count, pool);
            return;
        }
        int row = pattern.Middle == 1 ? SliceFloats : pattern.Inner > 1 ? pattern.Inner : pattern.Middle;   // one number goes with any row
        long rows = (operands.Count + row - 1) / row;
        int rowsPerSlice = Math.Max(1, SliceFloats / row);
        Job<TOperation> job = new() { Operands = operands, Pattern = pattern, Row = row, Rows = rows, RowsPerSlice = rowsPerSlice };
        pool.Run((int)((rows + rowsPerSlice - 1) / rowsPerSlice), job);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Vectors<TOperation>(float* a, float* b, float* y, int count) where TOperation : struct, IBinary
    {
        int i = 0;
        for (; i + 8 <= count; i += 8)
            TOperation.Apply(Vector256.Load(a + i), Vector256.Load(b + i)).Store(y + i);
        for (; i < count; i++)
            y[i] = TOperation.Apply(a[i], b[i]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Number<TOperation>(float* full, float number, bool first, float* y, int count) where TOperation : struct, IBinary
    {
        Vector256<float> numbers = Vector256.Create(number);
        int i = 0;
        for (; i + 8 <= count; i += 8)
        {
            Vector256<float> v = Vector256.Load(full + i);
            (first ? TOperation.Apply(numbers, v) : TOperation.Apply(v, numbers)).Store(y + i);
        }
        for (; i < count; i++)
            y[i] = first ? TOperation.Apply(number, full[i]) : TOperation.Apply(full[i], number);
    }

    private struct Job<TOperation> : ISliceJob where TOperation : struct, IBinary
    {
        public RepeatedOperands Operands;
        public BroadcastPattern Pattern;
        public int Row;
        public long Rows;
        public int RowsPerSlice;

        public readonly void Execute(int slice, int worker)
        {
            float* full = Operands.RepeatsA ? Operands.B : Operands.A;
            float* repeated = Operands.RepeatsA ? Operands.A : Operands.B;
            long end = Math.Min(Rows, (slice + 1L) * RowsPerSlice);
            for (long r = (long)slice * RowsPerSlice; r < end; r++)
            {
                float* x = full + r * Row;
                float* y = Operands.Y + r * Row;
                if (Pattern.Middle == 1)
                    Number<TOperation>(x, repeated[0], Operands.RepeatsA, y, (int)Math.Min(Row, Operands.Count - r * Row));
                else if (Pattern.Inner > 1)
                    Number<TOperation>(x, repeated[r % Pattern.Middle], Operands.RepeatsA, y, Row);
                else if (Operands.RepeatsA)
                    Vectors<TOperation>(repeated, x, y, Row);
                else
                    Vectors<TOperation>(x, repeated, y, Row);
            }
        }
    }
}
