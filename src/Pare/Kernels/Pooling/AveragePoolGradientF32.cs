
namespace Pare.Kernels.Pooling;

/// <summary>The gradient of average pooling over one or two spatial axes.</summary>
internal sealed class AveragePoolGradientF32() : FloatKernel<Operators.AveragePoolGradient>("average-pool-gradient.f32")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Operators.AveragePoolGradient op, KernelQuery query) =>
        query.ReadsValuesOnly() && PoolShapes.Of(op.Pool.Window, query.Outputs[0].Shape, op.Pool.CountIncludePad) is { } shape
            ? new Planned(shape, query.Cpu, query.Threads) : null;

    private sealed unsafe class Planned(PoolShape shape, CpuFeatures cpu, int threads) : PlannedKernel
    {
        public override long ScratchBytes { get; } = AveragePool.BackwardScratch(shape, cpu, threads);

        public override double Seconds => CostModel.Loop((double)shape.Planes * (shape.PlaneFloats + shape.OutPlaneFloats), cpu.HasAvx2 ? 0.1 : 1);

        public override void Run(in KernelArguments arguments)
        {
            fixed (float* dy = arguments.Input(0), dx = arguments.Output(0))
            fixed (byte* scratch = arguments.Scratch)
                AveragePool.Backward(shape, dy, dx, (float*)scratch, cpu, arguments.Pool);
        }
    }
}
