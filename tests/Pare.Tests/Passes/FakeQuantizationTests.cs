using Pare.Operators;
using Pare.Passes;
using Pare.Tests.Formats.Onnx;

namespace Pare.Tests.Passes;

public class FakeQuantizationTests
{
    public static TheoryData<string> Cases => [.. Operators.Keys];

    private static Dictionary<string, FakeQuantize> Operators { get; } = new(StringComparer.Ordinal)
    {
        ["8 bits"] = new FakeQuantize(),
        ["8 bits with a zero point"] = new FakeQuantize { Zero = 117 },
        ["4 bits"] = new FakeQuantize { High = 15 },
        ["3 bits with a zero point"] = new FakeQuantize { High = 7, Zero = 3 },
        ["2 bits signed"] = new FakeQuantize { To = DType.I8, Low = -2, High = 1 },
        ["16 bits"] = new FakeQuantize { To = DType.U16, High = ushort.MaxValue, Zero = 30_000 },
    };

    [Theory, MemberData(nameof(Cases))]
    public void Part_AndJoinAgain_ComputeTheSameBits(string name)
    {
        foreach (float step in new[] { 0.1f, 0.037f, 1 / 3f, 1e-3f })
        {
            Model fake = Fake(Operators[name], step), pairs = FakeQuantization.Part(fake), joined = FakeQuantization.Join(pairs);
            pairs.Nodes.ShouldNotContain(n => n.Operator is FakeQuantize);
            pairs.Weights.ShouldBeEmpty("scales are constants of pairs");
            joined.Nodes.Single().Operator.ShouldBe(Operators[name]);
            var x = new Dictionary<string, Tensor> { ["x"] = Numbers(step) };
            byte[] expected = ScalarRun.Run(fake, x)[0].Bytes.ToArray();
            ScalarRun.Run(pairs, x)[0].Bytes.ToArray().ShouldBe(expected);
            ScalarRun.Run(joined, x)[0].Bytes.ToArray().ShouldBe(expected);
        }
    }

    [Fact]
    public void Join_ClipBetweenLevels_StaysBeforeThePair()
    {
        var editor = new ModelEditor();
        string x = editor.AddInput("x", new TensorType(DType.F32, Shape.Of(4)));
        string clipped = editor.Add(new Clip(), "clip", x, editor.SetConstant("least", Tensor.Scalar(0f)), editor.SetConstant("most", Tensor.Scalar(1.26f)));
        string scale = editor.SetConstant("scale", Tensor.Scalar(0.1f)), zero = editor.SetConstant("zero", Tensor.Scalar((byte)0));
        editor.AddOutput(editor.Add(new DequantizeLinear(), "back", editor.Add(new QuantizeLinear(), "codes", clipped, scale, zero), scale, zero));
        Model joined = FakeQuantization.Join(editor.Build());
        joined.Nodes.Select(n => n.Operator.Name).ShouldBe(["Clip", "FakeQuantize"]);
        joined.Nodes[1].Operator.ShouldBe(new FakeQuantize());
    }

    [Fact]
    public void Join_OtherZeroPointOrScale_StaysAPair()
    {
        var editor = new ModelEditor(FakeQuantization.Part(Fake(new FakeQuantize(), 0.1f)));
        Node back = editor.Nodes.Single(n => n.Operator is DequantizeLinear);
        editor.Replace(back, back with { Inputs = [back.Inputs[0], editor.SetConstant("other", Tensor.Scalar(0.2f)), back.Inputs[2]] });
        FakeQuantization.Join(editor.Build()).Nodes.Length.ShouldBe(2);
    }

    [Fact]
    public void Run_NotANumber_StaysNotANumber()
    {
        var session = new Session(Pare.Runtime.ExecutionPlan.Build(Fake(new FakeQuantize { High = 15 }, 0.1f)));
        Span<float> x = session.Input("x").Floats;
        x.Clear();
        x[0] = x[1999] = float.NaN;
        session.Run();
        session.Output("fake").Floats.ToArray().Count(float.IsNaN).ShouldBe(2);
    }

    private static Model Fake(FakeQuantize op, float step)
    {
        var editor = new ModelEditor();
        string x = editor.AddInput("x", new TensorType(DType.F32, Shape.Of(2000)));
        editor.AddOutput(editor.Add(op, "fake", x, editor.SetWeight("step", new Dense(Shape.Of(1), new[] { step }))));
        return editor.Build();
    }

    // All around the levels and half levels, and beyond.
    private static Tensor Numbers(float step)
    {
        var rng = new Rng(5);
        return Tensor.Vector<float>([.. Enumerable.Range(0, 2000).Select(i => i < 1000 ? (i - 500) * step / 2 : step * 400 * (rng.NextSingle() - 0.5f))]);
    }
}
