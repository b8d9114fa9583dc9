using Pare.Compression.Quantization;
using Pare.Compression.Zoo;
using Pare.Operators;
using Pare.Passes;

namespace Pare.Compression.Tests.Quantization;

public class QuantizationPlanTests
{
    private const long MostParameters = 8_000_000;

    public static TheoryData<string> Architectures =>
        [.. ArchitectureCatalog.Default.Where(a => a.Outline().Weights.Values.Sum(w => (long)w.Length) < MostParameters).Select(a => a.Name)];

    private static (Model Before, QuantizationPlan Plan, Model After) Insert(string architecture, Func<Node, bool>? excluded = null)
    {
        Model model = Simplify.ForInference(ArchitectureCatalog.Default.Get(architecture).Build(seed: 1));
        QuantizationPlan plan = QuantizationPlan.Of(model, excluded ?? (_ => false));
        return (model, plan, plan.Insert(model, [.. plan.Groups.Select(_ => ActivationQuantizer.Of(new ActivationRange(-2, 2), new ActivationFormat()))]));
    }

    /// <summary>Every node computes between pairs, but those that have no integer form; joined values and moved ones have one scale.</summary>
    [Theory, MemberData(nameof(Architectures))]
    public void Insert_EveryArchitecture_LeavesNoGap(string architecture)
    {
        (Model before, QuantizationPlan plan, Model after) = Insert(architecture);
        after.Outputs.ShouldBe(before.Outputs);
        Node[] floats = [.. before.Nodes.Where(n => !plan.Nodes.Contains(n.Name))];
        floats.Select(n => n.Operator.Name).Except(["Softmax", "LRN", "BatchNormalization"]).ShouldBeEmpty();
        foreach (Node node in after.Nodes.Where(n => plan.Nodes.Contains(n.Name)))
        {
            // What is read is a pair's, or a layer's that a rectifier belongs to.
            foreach (string operand in NodeRoles.Operands(node).Where(o => !after.Weights.ContainsKey(o) && !after.Constants.ContainsKey(o)))
            {
                Node maker = after.Producer(operand).ShouldNotBeNull(operand);
                bool fused = node.Operator is Unary or Clip && NodeRoles.TakesRectifier(maker);
                (maker.Operator is DequantizeLinear || fused).ShouldBeTrue($"{node} reads {operand} of {maker}");
            }
        }
        foreach (Node back in after.Nodes.Where(n => n.Operator is DequantizeLinear))
        {
            Node there = after.Producer(back.Inputs[0]).ShouldNotBeNull();
            there.Operator.ShouldBeOfType<QuantizeLinear>();
            there.Inputs.Skip(1).ShouldBe(back.Inputs.Skip(1));
        }
        foreach (Node node in after.Nodes.Where(n => plan.Nodes.Contains(n.Name) && NodeRoles.Of(before, before.Nodes.Single(b => b.Name == n.Name)) == NodeRole.Moves))
            Scales(after, node).Distinct().Count().ShouldBe(1, node.ToString());
    }

    private static IEnumerable<string> Scales(Model model, Node node)
    {
        foreach (string input in NodeRoles.Operands(node)) yield return model.Producer(input)!.Inputs[1];
        foreach (Node reader in model.Nodes.Where(n => n.Operator is QuantizeLinear && node.Outputs.Contains(n.Inputs[0]))) yield return reader.Inputs[1];
    }

    [Fact]
    public void Of_RectifierBehindALayer_IsPartOfIt()
    {
        (Model before, QuantizationPlan plan, _) = Insert("resnet-8");
        string[] values = [.. plan.Groups.SelectMany(g => g.Values).Select(v => v.Name)];
        foreach (Node relu in before.Nodes.Where(n => n.Operator is Unary))
        {
            values.ShouldNotContain(relu.Inputs[0]);
            values.ShouldContain(relu.Outputs[0]);
            plan.Groups.Single(g => g.Values.Any(v => v.Name == relu.Outputs[0])).NonNegative.ShouldBeTrue();
        }
        // Of a residual sum both operands are quantized, and the model's input and output.
        foreach (Node add in before.Nodes.Where(n => n.Operator is Binary)) add.Inputs.ShouldBeSubsetOf(values);
        values.ShouldContain(before.Inputs[0].Name);
    }

    [Fact]
    public void Of_ExcludedLayer_HasNoPairAroundIt()
    {
        Model model = Simplify.ForInference(ArchitectureCatalog.Default.Get("lenet-5").Build(seed: 1));
        Node[] layers = [.. model.Nodes.Where(n => n.Operator is Conv or Gemm)];
        foreach (Node excluded in layers)
        {
            QuantizationPlan plan = QuantizationPlan.Of(model, n => n.Name == excluded.Name);
            plan.Nodes.ShouldNotContain(excluded.Name);
            plan.Groups.SelectMany(g => g.Values).ShouldAllBe(v => !v.Readers.Contains(excluded.Name));
            plan.Nodes.Count(n => layers.Any(l => l.Name == n)).ShouldBe(layers.Length - 1);
            Model after = plan.Insert(model, [.. plan.Groups.Select(_ => ActivationQuantizer.Of(new ActivationRange(-2, 2), new ActivationFormat()))]);
            Node same = after.Nodes.Single(n => n.Name == excluded.Name);
            after.Producer(same.Inputs[0])?.Operator.ShouldNotBeOfType<DequantizeLinear>();
        }
    }

    [Fact]
    public void Of_EverythingExcluded_IsEmpty()
    {
        Model model = Simplify.ForInference(ArchitectureCatalog.Default.Get("lenet-5").Build(seed: 1));
        QuantizationPlan plan = QuantizationPlan.Of(model, _ => true);
        plan.Groups.ShouldBeEmpty();
        plan.Nodes.ShouldBeEmpty();
    }
}
