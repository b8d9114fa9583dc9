using Pare.Kernels.Convolutions;
using Pare.Kernels.Convolutions.Last;
using Pare.Operators;

namespace Pare.Kernels.Sparsity;

/// <summary>Gemm with a constant b that is mostly zeros: few rows read each nonzero once, more rows are pixels of a sparse 1 x 1 convolution.</summary>
/// <remarks>Zeros that are not stored need not be multiplied: where a holds an infinity or NaN, results may differ from the definition's.</remarks>
internal sealed class GemmSparseF32() : FloatKernel<Gemm>("gemm-sparse.f32")
{
    private const int RowFloats = 1 << 20;   // decoded at a time

    /// <inheritdoc/>
    protected override bool TakesEpilogue => true;

    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Gemm op, KernelQuery query)
    {
        if (SparseWeight.Nonzeros(query.Weight(1)) is not { } nonzeros || query.Weight(0) is not null || op.TransA || op.Alpha != 1 || op.Beta != 1
            || query.Epilogue() is { Residual: true })
            return null;
        int m = query.Outputs[0].Shape.Fixed[0], n = query.Outputs[0].Shape.Fixed[1], k = query.Dims(0)[1];
        if (query.Has(2) && (query.Weight(2) is not { } bias || bias.Length != n || bias.Shape.Fixed[^1] != n))
            return null;
        if (SparseRows.Fits(m, k))
        {
            bool byQuads = op.TransB && SparseRows.MayHaveQuads(nonzeros, (long)n * k) && SparseQuads.Fit(SparseWeight.Of(query.Weight(1))!.Positions.Span, k);
            return new FewRows(op, query, new SparseRows(m, n, k, nonzeros, byQuads, query.Cpu));
        }
        ConvShape shape = new() { Batch = 1, Channels = k, Height = 1, Width = m, OutChannels = n, KernelHeight = 1, KernelWidth = 1 };
        return SparseConv.Of(shape, query, SparseWeight.Of(query.Weight(1))!, op.TransB ? k : 1, op.TransB ? 1 : n) is { } conv ? new ManyRows(n, query, conv) : null;
    }

    private sealed unsafe class FewRows(Gemm op, KernelQuery query, SparseRows rows) : PlannedKernel
    {
        private readonly Fused? _epilogue = query.Epilogue();
        private PackedFloats? _packed;

        public override long PackedBytes => PackedFloats.BytesOf(rows.PackedFloats);

        public override long ScratchBytes => rows.ScratchBytes;

        public override bool KeepsEncoding => true;

        public override double Seconds => rows.Seconds(query);

        public override void Pack()
        {
            WeightEncoding weight = query.Weight(1)!;
            int all = weight.Shape.Fixed[0], length = weight.Shape.Fixed[1];
            Nonzeros? found = null;
            _packed = query.PackedByRows(1, $"{rows.Packing} with {query.Has(2)}", rows.PackedFloats, Math.Max(1, RowFloats / Math.Max(1, length)), (values, row, some, packed) =>
            {
                found ??= new Nonzeros(SparseWeight.Nonzeros(weight)!.Value);
                found.Add(new ReadOnlySpan<float>(values.Floats, some * length), row, length, op.TransB);
                if (row + some < all) return;
                PackedFloats? bias = query.Decoded(2);
                rows.Pack(found, bias is null ? null : bias.Floats, packed.Floats);
                GC.KeepAlive(bias);
                found = null;
            }, with: 2);
        }

        public override void Run(in KernelArguments arguments)
        {
            fixed (float* x = arguments.Input(0), y = arguments.Output(0))
            fixed (byte* scratch = arguments.Scratch)
                rows.Run(x, _packed!.Floats, y, _epilogue?.Low ?? float.NegativeInfinity, _epilogue?.High ?? float.PositiveInfinity, arguments.Pool, scratch);
        }
    }

    private sealed unsafe class ManyRows(int outputs, KernelQuery query, SparseConv conv) : PlannedKernel
    {
        private readonly Fused? _epilogue = query.Epilogue();
        private PackedFloats? _packed;

        public override long PackedBytes => PackedFloats.BytesOf(conv.PackedFloats);

        public override long ScratchBytes => conv.ScratchBytes(query.Threads);

        public override bool KeepsEncoding => true;

        public override double Seconds => conv.Seconds;

        public override void Pack() => _packed = query.Packed(1, conv.Packing, conv.PackedFloats, conv.Pack, query.Has(2) ? 2 : null);

        public override void Run(in KernelArguments arguments)
        {
            fixed (float* x = arguments.Input(0), y = arguments.Output(0))
            fixed (byte* scratch = arguments.Scratch)
            {
                PixelOperands operands = new(_epilogue) { Source = x, Destination = y, ResultStep = outputs, Weights = _packed!.Floats };
                conv.Run(operands, arguments.Pool, scratch);
            }
        }
    }
}
