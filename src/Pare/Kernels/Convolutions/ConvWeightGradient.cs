using Pare.Kernels.Products;
using Pare.Threading;

namespace Pare.Kernels.Convolutions;

/// <summary>dw and db of a convolution; both are overwritten.</summary>
/// <remarks>
/// The sum over images is cut by the shape alone: up to 16 groups of images each add into their own partial sums, which are then folded
/// in order, so that bits do not depend on threads.
/// </remarks>
internal abstract unsafe class ConvWeightGradient
{
    private protected ConvWeightGradient(in ConvShape shape) => Shape = shape;

    private protected ConvShape Shape { get; }

    /// <summary>The weight gradient of the best kernel of a level.</summary>
    /// <exception cref="ArgumentException">The shape is not valid.</exception>
    public static ConvWeightGradient Create(in ConvShape shape, CpuFeatures cpu)
    {
        ConvShape flat = shape.Validate().Flattened();
        return flat.IsDepthwise ? new DepthwiseWeightGradient(flat, cpu)
            : SlidingWeightGradient.Fits(flat, cpu) ? new SlidingWeightGradient(flat)
            : cpu.HasVector512 ? new ImplicitWeightGradient<MicroAvx512>(flat)
            : cpu.HasAvx2 ? new ImplicitWeightGradient<MicroAvx2>(flat)
            : cpu.HasVector128 ? new ImplicitWeightGradient<MicroVector128>(flat)
            : new ImplicitWeightGradient<MicroScalar>(flat);
    }

    /// <summary>Bytes of scratch for a run.</summary>
    public abstract long ScratchBytes(int threads);

    /// <summary>Computes dw [OutChannels, Channels/Groups, KernelHeight, KernelWidth] from x and dy.</summary>
    public abstract void Run(float* input, float* outputGradient, float* weightGradient, WorkerPool pool, byte* scratch);

    /// <summary>Computes db [OutChannels]: the sum of dy over images and pixels, each plane in 64 fixed lanes, planes in order.</summary>
    public void RunBias(float* outputGradient, float* biasGradient, WorkerPool pool) =>
        pool.Run(
            Shape.OutChannels, SliceWork.Floats((double)Shape.OutputFloats / Shape.OutChannels), new BiasJob { Shape = Shape, OutputGradient = outputGradient, BiasGradient = biasGradient });

    private struct BiasJob : ISliceJob
    {
        public ConvShape Shape;
        public float* OutputGradient;
        public float* BiasGradient;

        public readonly void Execute(int slice, int worker)
        {
            int pixels = Shape.OutHeight * Shape.OutWidth;
            double sum = 0;
            for (int image = 0; image < Shape.Batch; image++)
                sum += Lanes.Sum(OutputGradient + ((nint)image * Shape.OutChannels + slice) * pixels, pixels);
            BiasGradient[slice] = (float)sum;
        }
    }
}
