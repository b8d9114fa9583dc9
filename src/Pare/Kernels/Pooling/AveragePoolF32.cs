
namespace Pare.Kernels.Pooling;

/// <summary>Average pooling over one or two spatial axes.</summary>
internal sealed class AveragePoolF32() : FloatKernel<Operators.AveragePool>("average-pool.f32")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Operators.AveragePool op, KernelQuery query) =>
        query.ReadsValuesOnly() && PoolShapes.Of(op.Window, query.ShapeOf(0), op.CountIncludePad) is { } shape
            ? new Planned(shape, query.Cpu, query.Threads) : null;

    private sealed unsafe class Planned(PoolShape shape, CpuFeatures cpu, int threads) : PlannedKernel
    {
        public override long ScratchBytes { get; } = AveragePool.ForwardScratch(shape, cpu, threads);

        public override double Seconds => CostModel.Loop((double)shape.Planes * (shape.PlaneFloats + shape.OutPlaneFloats), cpu.HasAvx2 ? 0.1 : 1);

        public override void Run(in KernelArguments arguments)
        {
            fixed (float* x = arguments.Input(0), y = arguments.Output(0))
            fixed (byte* scratch = arguments.Scratch)
                AveragePool.Forward(shape, x, y, (float*)scratch, cpu, arguments.Pool);
        }
    }
}
