
namespace Pare.Kernels.Pooling;

/// <summary>The gradient of maximum pooling over one or two spatial axes.</summary>
internal sealed class MaxPoolGradientF32() : FloatKernel<Operators.MaxPoolGradient>("max-pool-gradient.f32")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Operators.MaxPoolGradient op, KernelQuery query) =>
        query.ReadsValuesOnly() && PoolShapes.Of(op.Pool.Window, query.ShapeOf(1)) is { } shape ? new Planned(shape, query.Cpu, query.Threads) : null;

    private sealed unsafe class Planned(PoolShape shape, CpuFeatures cpu, int threads) : PlannedKernel
    {
        public override long ScratchBytes { get; } = MaxPool.BackwardScratch(shape, cpu, threads);

        public override double Seconds => CostModel.Loop((double)shape.Planes * (2 * shape.PlaneFloats + shape.OutPlaneFloats), cpu.HasAvx2 ? 0.1 : 1);

        public override void Run(in KernelArguments arguments)
        {
            fixed (float* dy = arguments.Input(0), x = arguments.Input(1), dx = arguments.Output(0))
            fixed (byte* scratch = arguments.Scratch)
                MaxPool.Backward(shape, x, dy, dx, (float*)scratch, cpu, arguments.Pool);
        }
    }
}
