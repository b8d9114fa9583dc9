using Pare.Kernels.Products;
using Pare.Threading;

namespace Pare.Kernels.Convolutions;

/// <summary>y = clip(conv(x, w) + bias), fp32, NCHW. Made once per shape; runs allocate nothing and may share the object.</summary>
internal sealed unsafe class ConvForward
{
    private readonly ConvShape _shape;
    private readonly IImplicitProduct? _product;
    private readonly DepthwisePlanes? _planes;

    /// <summary>Decides how the work is cut.</summary>
    /// <exception cref="ArgumentException">The shape is not valid.</exception>
    public ConvForward(in ConvShape shape, CpuFeatures cpu)
    {
        _shape = shape.Validate().Flattened();
        PlaneGeometry geometry = PlaneGeometry.Forward(_shape);
        if (shape.IsDepthwise)
            _planes = new DepthwisePlanes(geometry, cpu);
        else
            _product = IImplicitProduct.Create(geometry, shape.Batch, shape.Groups, cpu);
    }

    /// <summary>Numbers of the packed weights: constant weights are packed once by <see cref="Pack"/>.</summary>
    public long PackedFloats => _product?.PackedFloats ?? _shape.WeightFloats;

    /// <summary>Names how <see cref="Pack"/> lays weights of one shape out.</summary>
    public string Layout => _product is null ? "plain" : $"row panels of {_product.Panels.Height(0)} in {_shape.Groups} groups";

    /// <summary>Bytes of scratch for a run.</summary>
    /// <param name="threads">Threads of the pool.</param>
    /// <param name="packed">Runs get packed weights.</param>
    public long ScratchBytes(int threads, bool packed) =>
        _planes?.ScratchBytes(threads) ?? (packed ? 0 : Scratch.Bytes(PackedFloats)) + _product!.ScratchBytes(threads);

    /// <summary>src w [o, c, kh, kw] -> dst per group [row panel][c, kh, kw][height]; depthwise stays as it is.</summary>
    public void Pack(float* weights, float* dst, WorkerPool pool)
    {
        if (_product is null)
            new Span<float>(weights, (int)_shape.WeightFloats).CopyTo(new Span<float>(dst, (int)_shape.WeightFloats));
        else
            pool.Run(
                _shape.Groups * _product.Panels.Count, SliceWork.Floats(2.0 * _shape.WeightFloats / _shape.Groups / _product.Panels.Count),
                new PackJob { Shape = _shape, Panels = _product.Panels, Weights = weights, Packed = dst });
    }

    /// <summary>Computes y.</summary>
    /// <param name="operands">Weights packed by <see cref="Pack"/>, or null when <paramref name="weights"/> are given.</param>
    /// <param name="weights">Null, or weights that are packed into scratch first (training).</param>
    /// <param name="pool">Threads.</param>
    /// <param name="scratch">At least <see cref="ScratchBytes"/>.</param>
    public void Run(in ImplicitOperands operands, float* weights, WorkerPool pool, byte* scratch)
    {
        ImplicitOperands o = operands;
        if (_planes is not null)
        {
            if (weights != null)
                o.PackedWeights = weights;
            _planes.Forward(_shape, o, pool, scratch);
            return;
        }
        Scratch pieces = new(scratch);
        if (weights != null)
        {
            o.PackedWeights = pieces.Take(PackedFloats);
            Pack(weights, o.PackedWeights, pool);
            scratch = (byte*)(o.PackedWeights + PackedFloats);
        }
        _product!.Run(o, pool, scratch);
    }

    private struct PackJob : ISliceJob
    {
        public ConvShape Shape;
        public RowPanels Panels;
        public float* Weights;
        public float* Packed;

        public readonly void Execute(int slice, int worker)
        {
            (int group, int panel) = Math.DivRem(slice, Panels.Count);
            int depth = Shape.GroupChannels * Shape.Taps;
            nint first = ((nint)group * Shape.GroupOutChannels + Panels.Start(panel)) * depth;
            Packing.Rows(Weights + first, depth, transposed: false, Panels.Height(panel), depth, Packed + first);
        }
    }
}
