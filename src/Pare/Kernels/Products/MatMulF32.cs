using Pare.Operators;

namespace Pare.Kernels.Products;

/// <summary>MatMul of matrices, vectors and stacks of matrices.</summary>
/// <remarks>A constant right matrix is packed once; a stack on the left of one matrix is one tall matrix.</remarks>
internal sealed class MatMulF32() : FloatKernel<MatMul>("matmul.f32")
{
    /// <inheritdoc/>
    protected override bool TakesEpilogue => true;

    /// <inheritdoc/>
    protected override PlannedKernel? Plan(MatMul op, KernelQuery query) =>
        query.IsFloat(1) && query.Weight(0) is null && (query.Weight(1) is null || query.ShapeOf(1).Rank <= 2) ? new Planned(query) : null;

    private sealed unsafe class Planned : PlannedKernel
    {
        private readonly KernelQuery _query;
        private readonly int _m, _n, _k;
        private readonly int[] _left, _right;      // which matrix of each stack belongs to each matrix of the result
        private PackedFloats? _packed;

        public Planned(KernelQuery query)
        {
            _query = query;
            Shape a = query.ShapeOf(0), b = query.ShapeOf(1);
            _k = a.Fixed[^1];
            _m = a.Rank > 1 ? a.Fixed[^2] : 1;
            _n = b.Rank > 1 ? b.Fixed[^1] : 1;
            Shape aStack = new(a.SkipLast(2)), bStack = new(b.SkipLast(2));
            int count = (int)(query.Outputs[0].Shape.Elements / ((long)_m * _n));
            if (bStack.Elements == 1)
                (_m, count) = (_m * count, 1);
            Shape stack = Joined(aStack, bStack);
            _left = count == 1 ? [0] : Indices(aStack, stack);
            _right = count == 1 ? [0] : Indices(bStack, stack);
        }

        public override long PackedBytes => _query.Weight(1) is null ? 0 : PackedFloats.BytesOf(MatrixProduct.PackedBFloats(_n, _k, _query.Cpu));

        public override long ScratchBytes => MatrixProduct.ScratchBytes(_m, _n, _k, _query.Cpu, _query.Threads);

        public override double Seconds => _left.Length * CostModel.Product(_m, _n, _k, _query.Cpu);

        public override void Pack()
        {
            if (_query.Weight(1) is not null)
                _packed = MatrixProduct.PackedB(_query, _n, _k, transposed: false);
        }

        public override void Run(in KernelArguments arguments)
        {
            Tensor? right = arguments.Inputs[1];
            fixed (float* a = arguments.Input(0), y = arguments.Output(0), b = right is null ? [] : right.Floats)
            fixed (byte* scratch = arguments.Scratch)
            {
                for (int i = 0; i < _left.Length; i++)
                {
                    Product product = Product.Dense(_m, _n, _k, a + (nint)_left[i] * _m * _k, b + (nint)_right[i] * _k * _n, y + (nint)i * _m * _n);
                    product.PackedB = _packed is null ? null : _packed.Floats;
                    if (_query.Epilogue() is { } epilogue)
                        (product.Clip, product.Low, product.High) = (true, epilogue.Low, epilogue.High);
                    MatrixProduct.Run(product, _query.Cpu, arguments.Pool, scratch);
                }
            }
        }

        private static Shape Joined(Shape a, Shape b)
        {
            int rank = Math.Max(a.Rank, b.Rank);
            return new Shape(Enumerable.Range(0, rank).Select(i => (Dim)Math.Max(Length(a, i - rank), Length(b, i - rank))));
        }

        // An axis counted from the end; one that is missing has length 1.
        private static int Length(Shape shape, int fromEnd) => shape.Rank + fromEnd < 0 ? 1 : shape.Fixed[shape.Rank + fromEnd];

        private static int[] Indices(Shape stack, Shape whole)
        {
            int[] indices = new int[whole.Elements];
            for (int i = 0; i < indices.Length; i++)
            {
                int rest = i, step = 1;
                for (int axis = -1; axis >= -whole.Rank; axis--)
                {
                    rest = Math.DivRem(rest, Length(whole, axis), out int at);
                    if (Length(stack, axis) > 1)
                        indices[i] += at * step;
                    step *= Length(stack, axis);
                }
            }
            return indices;
        }
    }
}
