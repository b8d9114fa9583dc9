using Pare.Kernels;
using Pare.Kernels.Bands;
using Pare.Runtime;
using Pare.Tests.Runtime;
using Pare.Threading;

namespace Pare.Tests.Kernels.Bands;

public sealed class BandChainTests
{
    private const byte Canary = 0xA5;
    private const int Guard = 4096;

    /// <summary>Scratch memory of exactly the size that is asked for, between canaries, of numbers that are NaN: no row is read before it is computed, none is written beside its buffer.</summary>
    [Fact]
    public void Run_MemoryOfNoMeaning_IsNeverReadAndNothingBesideItWritten()
    {
        foreach ((Shape input, BandLayer[] layers) in BandNetworks.All())
        {
            foreach (int threads in new[] { 1, 3 })
            {
                Model model = BandNetworks.Of(input, layers);
                var plan = ExecutionPlan.Build(model, new PlanOptions { Threads = threads, Bands = BandRule.Always });
                float[] expected = Whole(ExecutionPlan.Build(model, new PlanOptions { Threads = threads, Bands = BandRule.Never }));
                PlanRun run = plan.Runs.Single(r => r.Kernel is BandChain);
                Tensor x = Random(plan.Steps[run.First].Inputs[0].Type!), y = Pinned(plan.Steps[run.First + run.Count - 1].Outputs[0].Type!);
                var memory = GC.AllocateArray<byte>((int)run.ScratchBytes + 2 * Guard, pinned: true);
                Array.Fill(memory, Canary);
                Span<byte> scratch = memory.AsSpan(Guard, (int)run.ScratchBytes);
                scratch.Fill(0xFF);
                run.Kernel.Run(new KernelArguments([x, .. new Tensor?[run.Inputs.Length - 1]], [y], scratch, WorkerPool.Shared(threads)));
                y.Floats.ToArray().ShouldBe(expected, $"{string.Join(", ", layers.Select(l => l.ToString()))}, {threads} threads");
                memory.AsSpan(0, Guard).ContainsAnyExcept(Canary).ShouldBeFalse("written before the memory");
                memory.AsSpan(Guard + (int)run.ScratchBytes).ContainsAnyExcept(Canary).ShouldBeFalse("written behind the memory");
            }
        }

        // The same steps one after the other, from the same input.
        static float[] Whole(ExecutionPlan plan)
        {
            PlanStep[] convolutions = [.. plan.Steps.Where(s => s.Kernel != "transpose.f32")];
            Tensor at = Random(convolutions[0].Inputs[0].Type!);
            foreach (PlanStep step in convolutions)
            {
                Tensor to = Pinned(step.Outputs[0].Type!);
                step.Prepared.Run(new KernelArguments([at, .. new Tensor?[step.Inputs.Length - 1]], [to], GC.AllocateArray<byte>((int)step.Offer.ScratchBytes, pinned: true), WorkerPool.Shared(plan.Threads)));
                at = to;
            }
            return at.Floats.ToArray();
        }

        static Tensor Pinned(TensorType type) => new(type.DType, type.Shape, GC.AllocateArray<byte>((int)type.Shape.Elements * type.DType.Size(), pinned: true), 0);

        static Tensor Random(TensorType type)
        {
            Tensor tensor = Pinned(type);
            var rng = new Rng(4);
            foreach (ref float value in tensor.Floats) value = rng.NextSingle() - 0.5f;
            return tensor;
        }
    }

    [Theory]
    [InlineData(1, 1, 0, 0, 3, 0, 3)]      // pointwise
    [InlineData(3, 1, 1, 0, 3, 0, 4)]      // at the upper border
    [InlineData(3, 1, 1, 8, 10, 7, 10)]    // at the lower one
    [InlineData(3, 2, 1, 2, 4, 3, 8)]      // every second row
    public void Read_RowsOfAWindow_AreThoseInsideThePicture(int window, int stride, int pad, int first, int end, int firstRead, int endRead)
    {
        var shape = new Pare.Kernels.Convolutions.ConvShape { Batch = 1, Channels = 1, Height = 10, Width = 1, OutChannels = 1, KernelHeight = window, KernelWidth = 1, StrideY = stride, PadTop = pad, PadBottom = pad };
        BandGeometry.Of(shape, sizeof(float)).Read(new RowRange(first, end)).ShouldBe(new RowRange(firstRead, endRead));
    }
}
