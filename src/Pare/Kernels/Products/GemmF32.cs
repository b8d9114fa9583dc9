using Pare.Kernels.Loops;
using Pare.Operators;

namespace Pare.Kernels.Products;

/// <summary>Gemm. A constant b of any encoding is decoded and packed once; c starts the sums where it is one number for each column or row.</summary>
internal sealed class GemmF32() : FloatKernel<Gemm>("gemm.f32")
{
    /// <inheritdoc/>
    protected override bool TakesEpilogue => true;

    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Gemm op, KernelQuery query)
    {
        if (!query.IsFloat(1) || query.Weight(0) is not null)
            return null;
        BroadcastPattern? add = null;
        if (query.Has(2))
        {
            add = BroadcastPattern.Of(query.ShapeOf(2), query.Outputs[0].Shape);
            if (add is null || !query.IsFloat(2))
                return null;
        }
        return new Planned(op, query, add);
    }

    private sealed unsafe class Planned(Gemm op, KernelQuery query, BroadcastPattern? add) : PlannedKernel
    {
        private readonly int _m = query.Outputs[0].Shape.Fixed[0];
        private readonly int _n = query.Outputs[0].Shape.Fixed[1];
        private readonly int _k = query.Dims(0)[op.TransA ? 0 : 1];
        private readonly bool _startsFromC = add is not null && op.Alpha == 1 && op.Beta == 1;
        private readonly Fused? _epilogue = query.Epilogue();
        private readonly WeightEncoding? _weight = query.Weight(1);
        private readonly WeightEncoding? _addWeight = query.Weight(2);
        private PackedFloats? _packed;
        private PackedFloats? _added;

        public override long PackedBytes =>
            (_weight is null ? 0 : PackedFloats.BytesOf(MatrixProduct.PackedBFloats(_n, _k, query.Cpu))) + PackedFloats.BytesOf(_addWeight);

        public override long ScratchBytes => MatrixProduct.ScratchBytes(_m, _n, _k, query.Cpu, query.Threads);

        public override double Seconds => CostModel.Product(_m, _n, _k, query.Cpu);

        public override void Pack()
        {
            _added = query.Decoded(2);
            if (_weight is not null)
                _packed = MatrixProduct.PackedB(query, _n, _k, op.TransB);
        }

        public override void Run(in KernelArguments arguments)
        {
            Tensor? right = arguments.Inputs[1], addend = arguments.Inputs.Length > 2 ? arguments.Inputs[2] : null;
            fixed (float* a = arguments.Input(0), y = arguments.Output(0), b = right is null ? [] : right.Floats, c = addend is null ? [] : addend.Floats)
            fixed (byte* scratch = arguments.Scratch)
            {
                Product product = Product.Dense(_m, _n, _k, a, b, y, op.TransA, op.TransB);
                product.PackedB = _packed is null ? null : _packed.Floats;
                float* start = _added is null ? c : _added.Floats;
                bool full = false;
                if (_startsFromC && add!.Inner == 1 && add.Middle == _n)
                    product.ColumnBias = start;
                else if (_startsFromC && add!.Outer == 1 && add.Middle == _m && add.Inner == _n)
                    product.RowBias = start;
                else
                    full = op.Alpha != 1 || add is not null;
                if (_epilogue is not null && !full)
                    (product.Clip, product.Low, product.High) = (true, _epilogue.Low, _epilogue.High);
                MatrixProduct.Run(product, query.Cpu, arguments.Pool, scratch);
                if (full)
                    Finish(y, start);
                if (full && _epilogue is not null)
                    Elementwise.Clip(y, y, (long)_m * _n, _epilogue.Low, _epilogue.High, arguments.Pool);
            }
        }

        // y = alpha y + beta c, for the rarer forms
        private void Finish(float* y, float* c)
        {
            for (long i = 0; i < (long)_m * _n; i++)
                y[i] = op.Alpha * y[i] + (add is null ? 0 : op.Beta * c[add.IndexOf(i)]);
        }
    }
}
