using Pare.Runtime;

namespace Pare.Tests.Runtime;

public class PlanRoomTests
{
    [Fact]
    public void Build_MoreThanTheLimit_IsRefusedWithTheFigures()
    {
        Model model = SessionTests.Network();
        PlanMemory memory = ExecutionPlan.Measure(model);
        string message = Should.Throw<ModelException>(() => ExecutionPlan.Build(model, new PlanOptions { MemoryLimit = memory.TotalBytes - 1 })).Message;
        message.ShouldContain($"needs {memory.TotalBytes / 1048576.0:N1} MiB");
        message.ShouldContain($"{memory.PackedBytes / 1048576.0:N1} MiB of packed weights");
        ExecutionPlan.Build(model, new PlanOptions { MemoryLimit = memory.TotalBytes }).PackedBytes.ShouldBe(memory.PackedBytes);
    }

    [Fact]
    public void Build_MoreThanTheLimit_PacksNothing()
    {
        Model model = SessionTests.Network();
        var options = new PlanOptions { MemoryLimit = 1000 };
        Should.Throw<ModelException>(() => ExecutionPlan.Build(model, options));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Should.Throw<ModelException>(() => ExecutionPlan.Build(model, options));
        // Weights that a folded batch normalization changes are made anew; those of the product, 737,280 bytes, must not be touched.
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(700_000);
    }

    [Theory]
    [InlineData(200_000)]
    [InlineData(1_000_000_000)]
    [InlineData(int.MaxValue)]
    public void Build_HugeBatch_IsRefusedWithTheFigure(long batch)
    {
        var bindings = new Dictionary<string, long>(StringComparer.Ordinal) { ["N"] = batch };
        Should.Throw<ModelException>(() => ExecutionPlan.Build(SessionTests.Network(), null, bindings)).Message.ShouldContain("MiB");
    }

    [Fact]
    public void MemoryLimit_ByDefault_IsWhatTheProcessMayUse() => new PlanOptions().MemoryLimit.ShouldBeGreaterThan(100L << 20);
}
