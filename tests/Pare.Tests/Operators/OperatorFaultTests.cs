using Pare.Operators;

namespace Pare.Tests.Operators;

/// <summary>What does not fit is told with what was found and what was expected.</summary>
public class OperatorFaultTests
{
    [Fact]
    public void Conv_WrongWeight_SaysHowManyChannelsThereMustBe() =>
        Fault(new Conv { Groups = 2 }, F(1, 12, 8, 8), F(4, 5, 3, 3))
            .ShouldBe("Node 'x' (Conv): weight axis 1 is 5, input has 12 channels in 2 groups, so it must be 6.");

    [Fact]
    public void Conv_WrongKernelShape_IsRefused() =>
        Fault(new Conv { Window = new Window([5, 5]) }, F(1, 3, 8, 8), F(4, 3, 3, 3)).ShouldBe("Node 'x' (Conv): attribute 'kernel_shape' is [5, 5], the weight is [4, 3, 3, 3]; it must be [3, 3].");

    [Fact]
    public void MaxPool_WindowOverTheInput_IsRefused() =>
        Fault(new MaxPool { Window = new Window([5]) }, F(1, 3, 4)).ShouldContain("spatial axis 0 has 4 positions");

    [Fact]
    public void Gemm_WrongRows_NamesBoth() => Fault(new Gemm { TransB = true }, F(2, 3), F(4, 5)).ShouldContain("input a [2, 3] has 3 columns, b [4, 5] has 5 rows (transposed)");

    [Fact]
    public void Add_NoBroadcast_NamesTheAxis() => Fault(new Binary(BinaryFunctions.Add), F(2, 3), F(4)).ShouldContain("at axis 1 of 2 they have 3 and 4");

    [Fact]
    public void Reshape_OtherCount_NamesBoth() =>
        Fault(new Reshape(), F(2, 3), L(4, 2)).ShouldBe("Node 'x' (Reshape): the input [2, 3] has 6 elements, the new shape [4, 2] has 8.");

    [Fact]
    public void Reshape_TwoOpenAxes_IsRefused() => Fault(new Reshape(), F(2, 3), L(-1, -1)).ShouldContain("-1 twice");

    [Fact]
    public void Concat_WrongAxis_SaysTheRange() => Fault(new Concat(2), F(2, 3), F(2, 3)).ShouldContain("axis 2 does not exist; the input has 2 axes, so it must be in [-2, 1]");

    [Fact]
    public void Relu_OfTruth_IsRefused() => Fault(new Unary(UnaryFunctions.Sigmoid), L(1)).ShouldContain("input 0 ('x0') holds I64; F32 or F64 is needed");

    [Fact]
    public void Conv_MissingWeight_SaysSo() => Fault(new Conv(), F(1, 3, 8, 8)).ShouldContain("input 1 is missing");

    [Theory]
    [InlineData("spatial", 0, "spatial")]
    public void BatchNormalization_FormsThatAreNotSupported_AreRefusedByName(string attribute, long value, string told) =>
        Should.Throw<UnsupportedException>(() => BatchNormalization.Spec.Read(new AttributeReader(attribute, value))).Message.ShouldContain(told);

    private static string Fault(Operator op, params Tensor[] inputs)
    {
        var editor = new ModelEditor();
        for (int i = 0; i < inputs.Length; i++)
        {
            if (inputs[i].DType == DType.F32) editor.AddInput($"x{i}", inputs[i].Type);
            else editor.SetConstant($"x{i}", inputs[i]);
        }
        editor.Add(new Node("x", op, [.. inputs.Select((_, i) => $"x{i}")], ["y"]));
        editor.AddOutput("y");
        return Should.Throw<ModelException>(editor.Build).Message;
    }

    private static Tensor F(params int[] dims) => new(DType.F32, Shape.Of(dims));

    private static Tensor L(params long[] values) => Tensor.Vector<long>(values);

    private sealed class AttributeReader(string name, long value) : OperatorReader
    {
        public override string NodeName => "bn";

        public override string OperatorType => "BatchNormalization";

        public override int Opset => 14;

        public override int InputCount => 5;

        public override int OutputCount => 1;

        public override IReadOnlyDictionary<string, AttributeValue> Attributes { get; } = new Dictionary<string, AttributeValue> { [name] = new AttributeValue.Int(value) };

        public override Tensor? Constant(int input) => null;

        public override void SetInput(int input, Tensor value) => throw new InvalidOperationException();

        public override void MoveInput(int from, int to) => throw new InvalidOperationException();
    }
}
