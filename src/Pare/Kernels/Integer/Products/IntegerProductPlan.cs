using Pare.Kernels.Bands;
using Pare.Kernels.Convolutions;

namespace Pare.Kernels.Integer.Products;

/// <summary>A convolution or product of integers, bound to a node whose inputs are picture, weight, bias and factors.</summary>
/// <param name="query">The node.</param>
/// <param name="pixels">How it is computed.</param>
/// <param name="order">How its weights lie.</param>
/// <param name="images">The sizes of the convolution as they are, where that may be computed as another one; null for a product of matrices.</param>
internal sealed unsafe class IntegerProductPlan(KernelQuery query, IntegerPixels pixels, IntegerOrder order, ConvShape? images = null) : PlannedKernel, IBandKernel
{
    private readonly IntegerWeights _weights = new(query, pixels, order);

    /// <inheritdoc/>
    public override long PackedBytes => _weights.PackedBytes;

    /// <inheritdoc/>
    public override long ScratchBytes => pixels.ScratchBytes(query.Threads);

    /// <inheritdoc/>
    public override double Seconds => pixels.Seconds(query.Cpu);

    /// <inheritdoc/>
    public override IBandKernel? Bands => images is null ? null : this;

    /// <inheritdoc/>
    public BandGeometry Geometry => BandGeometry.Of(Image, sizeof(byte)).WithGoodPixels(BandGeometry.PixelsForWeights);

    /// <inheritdoc/>
    public long BandScratchBytes => pixels.ScratchBytes(1);

    /// <inheritdoc/>
    public long BandConstantBytes => PackedBytes;

    /// <inheritdoc/>
    public int ConstantReads => pixels.WeightReads;

    private ConvShape Image => images ?? throw new InvalidOperationException($"Node {query.Node} has no images.");

    // Whether all pixels of all pictures are computed as rows of one column.
    private bool IsColumn => pixels.Shape != Image;

    /// <inheritdoc/>
    public override void Pack()
    {
        pixels.Prepare();
        _weights.Pack();
    }

    /// <inheritdoc/>
    public void Expect(IReadOnlySet<int> counts) => pixels.Expect(counts.Select(c => IsColumn ? c * Image.OutWidth : c));

    /// <inheritdoc/>
    public void RunRows(in BandOperands operands, int picture, RowRange rows)
    {
        if (IsColumn)
        {
            int before = picture * Image.OutHeight, width = Image.OutWidth;
            (picture, rows) = (0, new RowRange((before + rows.First) * width, (before + rows.End) * width));
        }
        pixels.RunRows(Operands(operands.Source, operands.Destination, operands.Scratch), picture, rows);
    }

    /// <inheritdoc/>
    public override void Run(in KernelArguments arguments)
    {
        fixed (byte* x = arguments.Inputs[0]!.Bytes, y = arguments.Outputs[0].Bytes, scratch = arguments.Scratch)
            pixels.Run(Operands(x, y, scratch), arguments.Pool);
    }

    private IntegerOperands Operands(byte* x, byte* y, byte* scratch) =>
        new() { Source = x, Destination = y, Weights = _weights.Weights, Start = _weights.Start, Factors = _weights.Factors, Scratch = scratch };
}
