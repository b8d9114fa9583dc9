using System.Runtime.Versioning;
using Pare.Runtime;
using Pare.Tests.Runtime;

namespace Pare.Jit.Tests;

[SupportedOSPlatform("linux")]
public class EmittedBandTests
{
    [EmissionFact]
    public void Run_EmittedNodesInBands_GivesTheSameNumbers()
    {
        var used = new HashSet<string>(StringComparer.Ordinal);
        (Shape, BandLayer[])[] more = [(Shape.Of(2, 64, 15, 13), [new(96, 1, 1), new(0, 3, 3, 1, 1), new(64, 1, 1), new(0, 3, 3, 2, 1), new(40, 3, 3, 1, 1)])];
        foreach ((Shape input, BandLayer[] layers) in BandNetworks.All().Concat(more))
        {
            Model model = BandNetworks.Quantized(input, layers);
            float[] expected = Run(ExecutionPlan.Build(model, new PlanOptions { Bands = BandRule.Never }));
            foreach (int threads in new[] { 1, 2, 3 })
            {
                foreach (BandRule rule in new[] { BandRule.Always, new BandRule(0, long.MaxValue, 5000) { AnyGain = true } })
                {
                    var plan = ExecutionPlan.Build(model, new PlanOptions { Threads = threads, Bands = rule }.WithMachineCode());
                    if (rule == BandRule.Always) plan.Steps.Count(s => s.JoinedWith is not null).ShouldBe(layers.Length - 1, string.Join(", ", plan.Steps.Select(s => s.Kernel)));
                    used.UnionWith(plan.Steps.Where(s => s.JoinedWith is not null).Select(s => s.Kernel));
                    Run(plan).ShouldBe(expected);
                }
            }
        }
        used.ShouldContain("conv-integer.last.emitted");
        used.ShouldContain("conv-integer-depthwise.last.emitted");
    }

    private static float[] Run(ExecutionPlan plan)
    {
        var session = new Session(plan);
        var rng = new Rng(3);
        foreach (ref float value in session.Input("x").Floats) value = rng.NextSingle() - 0.5f;
        session.Run();
        return session.Output(plan.Lowered.Outputs[0]).Floats.ToArray();
    }
}
