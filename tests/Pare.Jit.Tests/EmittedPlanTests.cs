using System.Runtime.CompilerServices;
using System.Runtime.Versioning;
using Pare.Encodings;
using Pare.Jit.Memory;
using Pare.Kernels;
using Pare.Operators;
using Pare.Runtime;

namespace Pare.Jit.Tests;

[SupportedOSPlatform("linux")]
public class EmittedPlanTests
{
    private static int Plans => int.TryParse(Environment.GetEnvironmentVariable("PARE_SOAK_PLANS"), out int count) ? count : 300;

    // A quantized convolution between quantized values.
    private static Model Network(int bits = 8)
    {
        var editor = new ModelEditor();
        string Scale(string name, float value) => editor.SetWeight(name, new Dense(Shape.Of(), new[] { value }));
        string Zero(string name, byte value) => editor.SetConstant(name, Tensor.Of<byte>(Shape.Of(), [value]));
        var rng = new Rng(5);
        var codes = new int[40 * 24 * 9];
        foreach (ref int code in codes.AsSpan()) code = rng.NextInt32(1 << bits) - (1 << (bits - 1));
        editor.SetWeight("w", new Scaled(Scaled.WholeWeight, new Dense(Shape.Of(1), new[] { 0.01f }), Encodings.Integer.Of(Shape.Of(40, 24, 3, 3), bits, codes, 0, isSigned: true)));
        editor.AddInput("x", new TensorType(DType.F32, Shape.Of(1, 24, 13, 11)));
        editor.Add(new Node("q", new QuantizeLinear(), ["x", Scale("sx", 0.02f), Zero("zx", 120)], ["qx"]));
        editor.Add(new Node("d", new DequantizeLinear(), ["qx", "sx", "zx"], ["dx"]));
        editor.Add(new Node("conv", new Conv { Window = Window.Square(3, pad: 1) }, ["dx", "w"], ["y"]));
        editor.Add(new Node("qy", new QuantizeLinear(), ["y", Scale("sy", 0.05f), Zero("zy", 110)], ["qy"]));
        editor.Add(new Node("dy", new DequantizeLinear(), ["qy", "sy", "zy"], ["z"]));
        editor.AddOutput("z");
        return editor.Build();
    }

    private static float[] Run(Model model, PlanOptions options, out ExecutionPlan plan)
    {
        var session = new Session(ExecutionPlan.Build(model, options));
        var rng = new Rng(9);
        foreach (ref float x in session.Input("x").Floats) x = (float)rng.NextNormal();
        session.Run();
        plan = session.Plan;
        return session.Output("z").Floats.ToArray();
    }

    [EmissionFact]
    public void Build_QuantizedNetwork_RunsEmittedCodeAndGivesTheSameNumbers()
    {
        foreach (int bits in new[] { 8, 4, 2 })
        {
            Model model = Network(bits);
            float[] expected = Run(model, new PlanOptions { DefinitionsOnly = true }, out _), got = Run(model, new PlanOptions().WithMachineCode(), out ExecutionPlan plan);
            plan.Steps.Select(s => s.Kernel).ShouldContain("conv-integer.last.emitted");
            plan.Notes.ShouldBeEmpty();
            got.ShouldBe(expected);
            Run(model, new PlanOptions { DefinitionsOnly = true }.WithMachineCode(), out plan);
            plan.Steps.ShouldAllBe(s => s.Kernel == "evaluate");
        }
    }

    [EmissionFact]
    public void Build_FewerBits_TakesLessMemory()
    {
        long[] bytes = [.. new[] { 8, 4, 2 }.Select(bits => ExecutionPlan.Build(Network(bits), new PlanOptions().WithMachineCode()).PackedBytes)];
        (bytes[0] - bytes[1]).ShouldBeGreaterThan(24 * 40 * 9 / 3);
        (bytes[1] - bytes[2]).ShouldBeGreaterThan(24 * 40 * 9 / 6);
    }

    /// <summary>The canary of the switched-off run in build.sh.</summary>
    [Fact]
    public void Unavailable_UnderASwitchedOffInstructionSet_SaysWhy()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("PARE_EXPECT_CPU"))) return;
        MachineCode.Unavailable.ShouldNotBeNull().ShouldContain("AVX-512");
        Run(Network(), new PlanOptions().WithMachineCode(), out ExecutionPlan plan);
        plan.Notes.ShouldBe([MachineCode.Unavailable]);
        plan.Steps.ShouldAllBe(s => !s.Kernel.EndsWith(".emitted", StringComparison.Ordinal));
    }

    [EmissionFact]
    public void Build_LowerLevel_EmitsNothing()
    {
        foreach (CpuFeatures level in CpuFeatures.Levels().Where(l => !l.HasAvx512Vnni))
        {
            Run(Network(), new PlanOptions { Cpu = level }.WithMachineCode(), out ExecutionPlan plan);
            plan.Steps.ShouldAllBe(s => !s.Kernel.EndsWith(".emitted", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Build_EmissionFails_RunsByCSharpAndSaysWhy()
    {
        Model model = Network();
        float[] got = Run(model, new PlanOptions { EmittedKernels = [new Failing()] }, out ExecutionPlan plan);
        plan.Notes.ShouldBe(["There is no room. The kernels of C# run."]);
        got.ShouldBe(Run(model, new PlanOptions(), out _));
    }

    [EmissionFact]
    public void Build_ManyPlans_LeavesNoCodeBehind()
    {
        Model model = Network();
        long before = Collected();
        Build(model);
        Collected().ShouldBe(before);
    }

    // Apart, so that nothing of the last plan stays in a register or on the stack.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Build(Model model)
    {
        for (int i = 0; i < Plans; i++) ExecutionPlan.Build(model, new PlanOptions { Threads = 1 }.WithMachineCode());
    }

    private static long Collected()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        return CodeMemory.AllBytes;
    }

    private sealed class Failing : Kernel
    {
        public override string Name => "failing";

        public override IEnumerable<KernelOffer> Offers(KernelQuery query) => query.Computed() is IntegerConv ? [new KernelOffer(0, 0)] : [];

        public override long PackedBytes(KernelQuery query, KernelOffer offer) => 0;

        public override PreparedKernel Prepare(KernelQuery query, KernelOffer offer) => throw new EmissionException("There is no room.");
    }
}
