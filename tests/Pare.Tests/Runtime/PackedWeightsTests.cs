using System.Runtime.CompilerServices;
using Pare.Runtime;

namespace Pare.Tests.Runtime;

public class PackedWeightsTests
{
    [Fact]
    public void Build_TwoBatchSizesOfOneModel_PackOnce()
    {
        Model model = SessionTests.Network();
        ExecutionPlan one = ExecutionPlan.Build(model);
        long before = GC.GetAllocatedBytesForCurrentThread();
        ExecutionPlan many = ExecutionPlan.Build(model, null, Batch(32));
        long packing = GC.GetAllocatedBytesForCurrentThread() - before;
        many.PackedBytes.ShouldBe(one.PackedBytes);
        foreach (string name in one.Lowered.Weights.Keys)
            many.Lowered.Weights[name].ShouldBeSameAs(one.Lowered.Weights[name]);
        packing.ShouldBeLessThan(one.PackedBytes, "the second plan must not pack again");
        GC.KeepAlive(one);
    }

    [Fact]
    public void Build_AnotherWayOfPacking_SharesNothingWrong()
    {
        Model model = SessionTests.Network();
        float[] x = [.. Enumerable.Range(0, 8 * 24 * 24).Select(i => i % 13 * 0.1f)];
        float[][] results =
        [
            .. CpuFeatures.Levels().SelectMany(cpu => new[] { true, false }.Select(flush =>
            {
                var session = new Session(model, new PlanOptions { Cpu = cpu, FlushDenormals = flush });
                x.CopyTo(session.Input("x").Floats);
                session.Run();
                return session.Output(session.Plan.Lowered.Outputs[0]).Floats.ToArray();
            })),
        ];
        foreach (float[] result in results)
            Pare.Tests.Kernels.Close.ShouldBeCloseTo(result, results[0], 1e-5f);
    }

    [Fact]
    public void Build_AfterEarlierPlansAreGone_HoldsNothingOfThem()
    {
        Model model = SessionTests.Network();
        WeakReference plan = Forgotten(model);
        for (int i = 0; i < 10 && plan.IsAlive; i++) GC.Collect();
        plan.IsAlive.ShouldBeFalse();
        ExecutionPlan.Build(model).PackedBytes.ShouldBeGreaterThan(0);
        GC.KeepAlive(model);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Forgotten(Model model) => new(ExecutionPlan.Build(model));

    private static Dictionary<string, long> Batch(long n) => new(StringComparer.Ordinal) { ["N"] = n };
}
