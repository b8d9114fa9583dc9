using Pare.Threading;

namespace Pare.Kernels.Convolutions;

/// <summary>A way to compute dx of a convolution from dy and the weights; dx is overwritten.</summary>
internal unsafe interface IInputGradient
{
    /// <summary>Bytes of scratch for a run.</summary>
    long ScratchBytes(int threads);

    /// <summary>Computes dx [Batch, Channels, Height, Width]; allocates nothing.</summary>
    void Run(float* outputGradient, float* weights, float* inputGradient, WorkerPool pool, byte* scratch);
}
