using Pare.Compression.Zoo;
using Pare.Runtime;

namespace Pare.Compression.Tests.Zoo;

/// <summary>Networks of the zoo as they run: what a run allocates, and whether threads change its bits.</summary>
public class ArchitectureRunTests
{
    private const long MostParameters = 3_000_000;

    public static TheoryData<string> Small =>
        [.. ArchitectureCatalog.Default.Where(a => a.Outline().Weights.Values.Sum(w => (long)w.Length) < MostParameters).Select(a => a.Name)];

    [Theory]
    [MemberData(nameof(Small))]
    public void Run_AnyThreadCount_GivesTheSameBitsAndAllocatesNothing(string name)
    {
        Model model = ArchitectureCatalog.Default.Get(name).Build(seed: 1);
        float[]? one = null;
        foreach (int threads in new[] { 1, 2, 7 })
        {
            var session = new Session(ExecutionPlan.Build(model, new PlanOptions { Threads = threads }));
            var rng = new Rng(7);
            foreach (ref float value in session.Input(model.Inputs[0].Name).Floats) value = rng.NextSingle() - 0.5f;
            session.Run();
            float[] result = session.Output(model.Outputs[0]).Floats.ToArray();
            one ??= result;
            System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(result).SequenceEqual(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(one))
                .ShouldBeTrue($"{threads} threads");
            Allocated(session).ShouldBe(0, $"{threads} threads");
        }
    }

    // The least of some runs: a collection that another test sets off counts what is left of this thread's allocation buffer.
    private static long Allocated(Session session)
    {
        long least = long.MaxValue;
        for (int run = 0; run < 5 && least > 0; run++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            session.Run();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }
}
