using Pare.Kernels.Products;
using Pare.Threading;

namespace Pare.Kernels.Convolutions;

/// <summary>dx as a convolution: the output gradient, spread by the stride, convolved with turned and transposed weights.</summary>
internal sealed unsafe class GatheredGradient : IInputGradient
{
    private readonly ConvShape _shape;
    private readonly IImplicitProduct? _product;
    private readonly DepthwisePlanes? _planes;

    /// <summary>Decides how the work is cut.</summary>
    public GatheredGradient(in ConvShape shape, CpuFeatures cpu)
    {
        _shape = shape;
        PlaneGeometry geometry = PlaneGeometry.InputGradient(shape);
        if (shape.IsDepthwise)
            _planes = new DepthwisePlanes(geometry, cpu);
        else
            _product = IImplicitProduct.Create(geometry, shape.Batch, shape.Groups, cpu);
    }

    /// <inheritdoc/>
    public long ScratchBytes(int threads) =>
        _planes?.ScratchBytes(threads) ?? Scratch.Bytes(_product!.PackedFloats) + _product.ScratchBytes(threads);

    /// <inheritdoc/>
    public void Run(float* outputGradient, float* weights, float* inputGradient, WorkerPool pool, byte* scratch)
    {
        ImplicitOperands operands = new() { Source = outputGradient, Destination = inputGradient, PackedWeights = weights };
        if (_planes is not null)
        {
            _planes.InputGradient(_shape, operands, pool, scratch);
            return;
        }
        Scratch pieces = new(scratch);
        operands.PackedWeights = pieces.Take(_product!.PackedFloats);
        PackJob pack = new() { Shape = _shape, Panels = _product.Panels, Weights = weights, Packed = operands.PackedWeights };
        pool.Run(_shape.Groups * _product.Panels.Count, SliceWork.Floats(2.0 * _shape.WeightFloats / _shape.Groups / _product.Panels.Count), pack);
        _product.Run(operands, pool, (byte*)(operands.PackedWeights + _product.PackedFloats));
    }

    // src w [o, c, kh, kw] -> dst per group [panel of c][o, kh', kw'][height], kh' = KernelHeight - 1 - kh, kw' likewise
    private struct PackJob : ISliceJob
    {
        public ConvShape Shape;
        public RowPanels Panels;
        public float* Weights;
        public float* Packed;

        public readonly void Execute(int slice, int worker)
        {
            (int group, int panel) = Math.DivRem(slice, Panels.Count);
            (int row, int height, int taps) = (Panels.Start(panel), Panels.Height(panel), Shape.Taps);
            int outs = Shape.GroupOutChannels;
            float* dst = Packed + ((nint)group * Shape.GroupChannels + row) * outs * taps;
            for (int o = 0; o < outs; o++)
            {
                float* w = Weights + (((nint)group * outs + o) * Shape.GroupChannels + row) * taps;
                for (int tap = taps - 1; tap >= 0; tap--)
                {
                    for (int r = 0; r < height; r++)
                        *dst++ = w[r * taps + tap];
                }
            }
        }
    }
}
