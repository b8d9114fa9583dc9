using Pare.Operators;
using Pare.Runtime;

namespace Pare.Tests.Runtime;

public class PlanMemoryTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Measure_OfANetwork_IsWhatItsPlanTakes(int threads)
    {
        Model model = Network();
        var options = new PlanOptions { Threads = threads };
        var bindings = new Dictionary<string, long>(StringComparer.Ordinal) { ["N"] = 3 };
        var plan = ExecutionPlan.Build(model, options, bindings);
        PlanMemory memory = ExecutionPlan.Measure(model, options, bindings);
        (memory.ArenaBytes, memory.PackedBytes).ShouldBe((plan.ArenaBytes, plan.PackedBytes));
        memory.TotalBytes.ShouldBe(plan.ArenaBytes + plan.PackedBytes);
        ExecutionPlan.Measure(model, options with { Threads = 2 }, bindings).ActivationBytes.ShouldBe(memory.ActivationBytes);
    }

    // Large weights: with a batch norm that folds, one that is transposed first, one that is added.
    private static Model Network()
    {
        var editor = new ModelEditor();
        string x = editor.AddInput("x", new TensorType(DType.F32, new Shape([Dim.Named("N"), 16, 9, 9])));
        string conv = editor.Add(new Conv { Window = Window.Square(3, 1, 1) }, "conv", x, Weight("w", 48, 16, 3, 3));
        string norm = editor.Add(new BatchNormalization(), "norm", conv, Weight("scale", 48), Weight("shift", 48), Weight("mean", 48), Weight("variance", 48));
        string sum = editor.Add(new Binary(BinaryFunctions.Add), "sum", norm, Weight("map", 1, 48, 9, 9));
        string flat = editor.Add(new Flatten(), "flat", editor.Add(new MaxPool { Window = Window.Square(3, 3) }, "pool", sum));
        string turned = editor.Add(new Transpose { Order = [1, 0] }, "turn", Weight("fc", 20, 432));
        editor.AddOutput(editor.Add(new Gemm(), "gemm", editor.Add(new MatMul(), "product", flat, turned), Weight("last", 20, 300), Weight("bias", 300)));
        return editor.Build();

        string Weight(string name, params int[] dims)
        {
            Shape shape = Shape.Of(dims);
            float[] values = new float[shape.Elements];
            Array.Fill(values, 0.25f);
            return editor.SetWeight(name, new Dense(shape, values));
        }
    }
}
