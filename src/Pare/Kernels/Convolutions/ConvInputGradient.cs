using Pare.Kernels.Products;
using Pare.Threading;

namespace Pare.Kernels.Convolutions;

/// <summary>dx of a convolution, by the cheaper of two ways. dx is overwritten.</summary>
internal sealed unsafe class ConvInputGradient
{
    // Adding one number of a panel into the image costs about as much as this many multiply-adds.
    private const int ScatterCost = 24;
    private readonly IInputGradient _way;

    /// <summary>Decides how the work is done and cut.</summary>
    /// <exception cref="ArgumentException">The shape is not valid.</exception>
    public ConvInputGradient(in ConvShape shape, CpuFeatures cpu)
    {
        ConvShape flat = shape.Validate().Flattened();
        long gathered = (long)flat.Height * flat.Width * flat.GroupOutChannels;
        long scattered = (long)flat.OutHeight * flat.OutWidth * (flat.GroupOutChannels + ScatterCost);
        _way = flat.IsDepthwise || gathered <= scattered ? new GatheredGradient(flat, cpu)
            : cpu.HasVector512 ? new ScatteredGradient<MicroAvx512>(flat)
            : cpu.HasAvx2 ? new ScatteredGradient<MicroAvx2>(flat)
            : cpu.HasVector128 ? new ScatteredGradient<MicroVector128>(flat)
            : new ScatteredGradient<MicroScalar>(flat);
    }

    /// <summary>Bytes of scratch for a run.</summary>
    public long ScratchBytes(int threads) => _way.ScratchBytes(threads);

    /// <summary>Computes dx [Batch, Channels, Height, Width] from dy and the weights.</summary>
    public void Run(float* outputGradient, float* weights, float* inputGradient, WorkerPool pool, byte* scratch) =>
        _way.Run(outputGradient, weights, inputGradient, pool, scratch);
}
