using System.Globalization;
using Pare.Kernels;
using Pare.Operators;
using Pare.Runtime;
using Pare.Tests.Kernels;
using Pare.Tests.Operators;

namespace Pare.Tests.Runtime;

public class TuningKeyTests
{
    [Fact]
    public void Of_OperatorsOfKernels_PrintAttributesAndNoObjects()
    {
        foreach (Operator op in KernelCases.All.Select(c => c.Operator))
            op.ToString().ShouldNotContain("System.", Case.Sensitive, op.Name);
    }

    [Fact]
    public void Of_OperatorsThatDiffer_PrintOtherwise()
    {
        IEnumerable<Operator> all = [.. KernelCases.All.Select(c => c.Operator), .. OperatorExamples.All.Where(e => e.Operator.Bodies.IsEmpty).Select(e => e.Operator)];
        foreach (IGrouping<string, Operator> alike in all.Distinct().GroupBy(o => o.ToString(), StringComparer.Ordinal))
            alike.Count().ShouldBe(1, alike.Key);
    }

    [Fact]
    public void Of_AnotherCulture_IsTheSame()
    {
        var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        comma.NumberFormat.NumberDecimalSeparator = ",";
        CultureInfo before = CultureInfo.CurrentCulture;
        string invariant = Key();
        try
        {
            CultureInfo.CurrentCulture = comma;
            Key().ShouldBe(invariant);
            CultureInfo.CurrentCulture.ShouldBe(comma);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
        invariant.ShouldContain("0.25");
        invariant.ShouldNotContain("secret name");
    }

    [Fact]
    public void Processor_OfThisMachine_IsSaid() => TuningKey.Processor.ShouldNotBeNullOrWhiteSpace();

    private static string Key()
    {
        var node = new Node("secret name", new InstanceNormalization { Epsilon = 0.25f }, ["secret name in"], ["secret name out"]);
        var type = new TensorType(DType.F32, Shape.Of(2, 3));
        var query = new KernelQuery(node, [type], [type], [null], [null], CpuFeatures.Scalar, 1);
        return TuningKey.Of([new KernelWay(query, new Evaluation(), new KernelOffer(0, 1))], 0, new PlanOptions { Cpu = CpuFeatures.Scalar, Threads = 1 });
    }
}
