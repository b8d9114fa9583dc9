namespace Pare.Runtime;

/// <summary>A way to run a node, before anything is measured.</summary>
/// <param name="Kernel">The kernel and its variant: "conv.f32/pointwise".</param>
/// <param name="Time">What the cost model expects of one run, on one thread. It is made for comparing kernels of a node, not for telling times.</param>
/// <param name="KeepsWeights">True where compressed weights stay as they are in memory, false where they are expanded, or were plain.</param>
public sealed record KernelPrediction(string Kernel, TimeSpan Time, bool KeepsWeights);
