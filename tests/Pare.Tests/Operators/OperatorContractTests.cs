using Pare.Operators;

namespace Pare.Tests.Operators;

/// <summary>What holds for every line of the operator catalog.</summary>
public class OperatorContractTests
{
    private const int OldestOpset = 7, NewestOpset = 27;

    /// <summary>Lines for names that older opsets have for an operator; the operator's own line has the example.</summary>
    private static readonly string[] FormerNames = ["Upsample", "Scatter"];

    public static TheoryData<string> Names => new(OperatorExamples.All.Select(e => e.ToString()));

    public static TheoryData<string> Differentiable => new(OperatorExamples.All.Where(e => e.Trained.Length > 0).Select(e => e.ToString()));

    public static TheoryData<string> Refusing => new(OperatorExamples.All.Where(e => e.Trained.Length == 0 && e.IsReal(0)).Select(e => e.ToString()));

    [Fact]
    public void Catalog_EveryLine_HasAnExample() =>
        OperatorCatalog.Default.Select(s => s.Name).Except(OperatorExamples.All.Select(e => e.Operator.Name)).ShouldBe(FormerNames);

    [Theory, MemberData(nameof(Names))]
    public void Evaluate_Example_WritesEachElementOfTheInferredShape(string name)
    {
        OperatorExample example = OperatorExamples.Find(name);
        foreach ((Tensor a, Tensor b) in example.Evaluate(0x11).Zip(example.Evaluate(0xEE))) a.Bytes.SequenceEqual(b.Bytes).ShouldBeTrue();
    }

    [Theory, MemberData(nameof(Names))]
    public void Evaluate_Singles_EqualDoubles(string name)
    {
        OperatorExample example = OperatorExamples.Find(name);
        foreach ((Tensor single, Tensor exact) in example.Singles().Evaluate().Zip(example.Evaluate()))
        {
            single.Shape.ShouldBe(exact.Shape);
            if (exact.DType != DType.F64 || single.DType == DType.F64) single.Bytes.SequenceEqual(exact.Bytes).ShouldBeTrue();
            else
                for (int i = 0; i < exact.Length; i++) ((double)single.Floats[i]).ShouldBe(exact.As<double>()[i], 1e-5 * Math.Max(1, Math.Abs(exact.As<double>()[i])));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Infer_OpenBatch_EqualsTheFixedTypesOnceBound(string name)
    {
        OperatorExample example = OperatorExamples.Find(name);
        if (!example.OpenBatch) return;
        var bound = new Dictionary<string, long> { ["N"] = example.Inputs[0]!.Dims[0] };
        Model open = example.Model(open: true), closed = example.Model();
        foreach (string output in example.Node.Outputs)
            open.Types[output].Shape.Bind(bound).ShouldBe(closed.Types[output].Shape);
    }

    [Theory, MemberData(nameof(Names))]
    public void Write_EveryOpset_ReadsBackTheSame(string name)
    {
        OperatorExample example = OperatorExamples.Find(name);
        for (int opset = OldestOpset; opset <= NewestOpset; opset++)
        {
            var file = new MemoryNode(example.Node, example.Inputs, opset);
            if (opset < example.OldestOpset || opset >= example.OpsetTooNew)
            {
                Should.Throw<UnsupportedException>(file.Write, $"opset {opset}");
                continue;
            }
            Operator found = file.Write().Read(OperatorCatalog.Default);
            if (example.ReadsBackOtherwise && !found.Equals(example.Operator)) SameValues(example, example with { Operator = found });
            else found.ShouldBe(example.Operator, $"opset {opset}");
            Trimmed(file.Inputs).Select(Number).ShouldBe(Trimmed(example.Inputs).Select(Number), $"opset {opset}");
        }
    }

    [Theory, MemberData(nameof(Differentiable))]
    public void Differentiate_Example_EqualsDifferences(string name)
    {
        OperatorExample example = OperatorExamples.Find(name);
        Tensor[] outputs = example.Evaluate();
        // Only real outputs that carry a gradient count: the statistics of batch normalization are read by nobody.
        Tensor[] weights = [.. outputs.Select((y, o) => o == 0 || example.Operator is Split ? OperatorExamples.Reals([.. y.Dims]) : new Tensor(y.DType, y.Shape))];
        Dictionary<int, Tensor> gradients = new GradientGraph(example).Run(outputs, weights);
        foreach (int input in example.Trained)
        {
            gradients[input].Type.ShouldBe(example.Inputs[input]!.Type);
            for (int i = 0; i < gradients[input].Length; i++)
            {
                double slope = Slope(example, input, i, weights);
                gradients[input].As<double>()[i].ShouldBe(slope, 2e-6 * Math.Max(1, Math.Abs(slope)), $"input {input}, element {i}");
            }
        }
    }

    [Theory, MemberData(nameof(Refusing))]
    public void Differentiate_NoGradient_IsRefusedByName(string name)
    {
        OperatorExample example = OperatorExamples.Find(name) with { Trained = [0] };
        Should.Throw<UnsupportedException>(() => example.Operator.Differentiate(new GradientGraph(example))).Message.ShouldContain("'node'");
    }

    [Theory, MemberData(nameof(Names))]
    public void IsView_Example_KeepsTheElements(string name)
    {
        OperatorExample example = OperatorExamples.Find(name);
        if (example.Operator.IsView) example.Evaluate().Single().Bytes.SequenceEqual(example.Inputs[0]!.Bytes).ShouldBeTrue();
    }

    [Fact]
    public void Surrogate_OfAllOperators_OnlyWhatRoundsHasOne() =>
        OperatorExamples.All.Where(e => !ReferenceEquals(e.Operator.Surrogate(e.Inputs), e.Operator)).Select(e => e.Operator.Name).Distinct().ShouldBe(["FakeQuantize"]);

    private static double Slope(OperatorExample example, int input, int element, Tensor[] weights)
    {
        const double Step = 1e-5;
        Operator smooth = example.Operator.Surrogate(example.Inputs);
        return (Loss(Step) - Loss(-Step)) / (2 * Step);

        double Loss(double by)
        {
            Tensor moved = example.Inputs[input]!.Clone();
            moved.As<double>()[element] += by;
            Tensor[] outputs = (example with { Operator = smooth, Inputs = [.. example.Inputs.Select((x, i) => i == input ? moved : x)] }).Evaluate();
            double loss = 0;
            for (int o = 0; o < outputs.Length; o++)
                if (outputs[o].DType == DType.F64)
                    for (int i = 0; i < outputs[o].Length; i++) loss += outputs[o].As<double>()[i] * weights[o].As<double>()[i];
            return loss;
        }
    }

    private static void SameValues(OperatorExample a, OperatorExample b)
    {
        foreach ((Tensor x, Tensor y) in a.Evaluate().Zip(b.Evaluate())) x.Bytes.SequenceEqual(y.Bytes).ShouldBeTrue();
    }

    private static IEnumerable<Tensor?> Trimmed(Tensor?[] inputs) => inputs.Take(Array.FindLastIndex(inputs, x => x is not null) + 1);

    private static string Number(Tensor? tensor) => tensor is null ? "" : tensor.DType switch
    {
        DType.F64 => string.Join(", ", tensor.As<double>().ToArray().Select(v => (float)v)),
        DType.F32 => string.Join(", ", tensor.Floats.ToArray()),
        _ => string.Join(", ", tensor.ToInt64s()),
    };
}
