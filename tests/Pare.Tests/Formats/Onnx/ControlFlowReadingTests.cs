using Google.Protobuf;
using Pare.Formats.Onnx.Wire;
using Pare.Operators;
using Pare.Passes;

namespace Pare.Tests.Formats.Onnx;

/// <summary>Bodies of If and Loop, read from files.</summary>
public class ControlFlowReadingTests
{
    [Fact]
    public void Read_NestedBodies_CaptureWhatTheyReadFromOutside()
    {
        Model model = Read(Nested());
        Node loop = model.Nodes.Single(n => n.Operator is Loop);
        loop.Inputs.ShouldBe(["", "go", "x", "loop/half", "x", "loop/one", "loop/branch/two", "w", "loop/last"]);
        model.Weights.Keys.ShouldBe(["loop/half", "w"], ignoreOrder: true);
        model.Constants.Keys.ShouldBe(["go", "loop/one", "loop/last", "loop/branch/two"], ignoreOrder: true);
        Read(model.Write(operators: OperatorCatalog.Default).Proto()).ShouldEqual(model);
    }

    [Fact]
    public void Run_NestedBodies_ComputesWhatTheFileSays()
    {
        Model model = Read(Nested());
        float[] x = [1, 2];
        // s = (s * half + x) * 2 where the first round, else + w; three rounds: the condition is i < 2
        float[] s = [.. x];
        for (int i = 0; i < 3; i++)
            for (int k = 0; k < 2; k++)
                s[k] = s[k] * 0.5f + x[k] is var t && i < 1 ? t * 2 : t + 10;
        var inputs = new Dictionary<string, Tensor> { ["x"] = Tensor.Vector(x) };
        ScalarRun.Run(model, inputs)[0].Floats.ToArray().ShouldBe(s);
        Model plain = Simplify.ForInference(model);
        plain.Nodes.ShouldAllBe(n => n.Operator.Bodies.IsEmpty);
        ScalarRun.Run(plain, inputs)[0].Floats.ToArray().ShouldBe(s);
        var session = new Session(model);
        x.CopyTo(session.Input("x").Floats);
        session.Run();
        session.Output("y").Floats.ToArray().ShouldBe(s);
    }

    [Fact]
    public void Read_BodyWithAnUnknownOperator_KeepsTheWholeNode()
    {
        ModelProto file = Nested();
        GraphProto body = GraphProto.Parser.ParseFrom(file.Graph.Node[0].Attribute[0].G);
        body.Node.Add(new NodeProto { OpType = "Warp", Input = { "x" }, Output = { "warped" } });
        file.Graph.Node[0].Attribute[0].G = body.ToByteString();
        Model model = Read(file);
        ForeignNodes.Of(model).Single().Name.ShouldBe("loop");
        ((ForeignOperator)model.Nodes[0].Operator).Missing.ShouldContain("operator Warp");
        model.Weights.Keys.ShouldBe(["w"]);
        model.Write(operators: OperatorCatalog.Default).Proto().Graph.Node.Single().Attribute[0].G.ShouldBe(body.ToByteString());
    }

    [Fact]
    public void Read_BodyThatFitsNot_IsRefusedByName()
    {
        ModelProto file = Nested();
        file.Graph.Node[0].Output.Add("more");
        Should.Throw<ModelException>(() => Read(file)).Message.ShouldContain("'loop' (Loop)");
        file = Nested();
        file.Graph.Node[0].Attribute[0].G = ByteString.CopyFrom([0x0A, 0x7F]);
        Should.Throw<ModelException>(() => Read(file)).Message.ShouldContain("damaged");
    }

    [Fact]
    public void Read_EndlessNesting_IsRefused()
    {
        ByteString graph = ByteString.Empty;
        for (int i = 0; i < 100; i++)
        {
            var around = new GraphProto();
            around.Node.Add(new NodeProto { OpType = "If", Input = { "go" }, Output = { "y" }, Attribute = { Graph("then_branch", graph), Graph("else_branch", ByteString.Empty) } });
            graph = around.ToByteString();
        }
        ModelProto file = Proto.Model().Input("go", 9).Output("y");
        file.Graph.Node.AddRange(GraphProto.Parser.ParseFrom(graph).Node);
        Should.Throw<ModelException>(() => Read(file)).Message.ShouldContain("deep in each other");
    }

    /// <summary>A loop of three rounds (no trip count) whose body holds an If; both read values, weights and constants from outside and have their own.</summary>
    internal static ModelProto Nested()
    {
        var then = new GraphProto { Name = "then" };
        then.Initializer.Add(Scalar("two", 1, t => t.FloatData.Add(2)));
        then.Node.Add(new NodeProto { OpType = "Mul", Input = { "t", "two" }, Output = { "r" } });
        then.Output.Add(new ValueInfoProto { Name = "r" });
        var other = new GraphProto { Name = "else" };
        other.Node.Add(new NodeProto { OpType = "Add", Input = { "t", "w" }, Output = { "r" } }); // the same name in the other branch
        other.Output.Add(new ValueInfoProto { Name = "r" });

        var body = new GraphProto { Name = "body" };
        foreach (string input in (string[])["i", "on", "s"]) body.Input.Add(new ValueInfoProto { Name = input });
        body.Initializer.Add(Proto.Floats("half", 0.5f, 0.5f));
        body.Node.Add(Constant("one", 1));
        body.Node.Add(Constant("last", 2));
        body.Node.Add(new NodeProto { OpType = "Mul", Input = { "s", "half" }, Output = { "m" } });
        body.Node.Add(new NodeProto { OpType = "Add", Input = { "m", "x" }, Output = { "t" } });
        body.Node.Add(new NodeProto { OpType = "Less", Input = { "i", "one" }, Output = { "first" } });
        body.Node.Add(new NodeProto { OpType = "If", Name = "branch", Input = { "first" }, Output = { "out" }, Attribute = { Graph("then_branch", then.ToByteString()), Graph("else_branch", other.ToByteString()) } });
        body.Node.Add(new NodeProto { OpType = "Less", Input = { "i", "last" }, Output = { "again" } });
        foreach (string output in (string[])["again", "out"]) body.Output.Add(new ValueInfoProto { Name = output });

        ModelProto file = Proto.Model().Input("x", 1, 2L).Initializer(Proto.Floats("w", 10, 10)).Initializer(Scalar("go", 9, t => t.Int32Data.Add(1)))
            .Node("Loop", ["", "go", "x"], ["y"], "loop", attributes: [Graph("body", body.ToByteString())]).Output("y");
        return file;
    }

    private static NodeProto Constant(string name, long value) =>
        new() { OpType = "Constant", Output = { name }, Attribute = { new AttributeProto { Name = "value_int", Type = 2, I = value } } };

    private static TensorProto Scalar(string name, int type, Action<TensorProto> fill)
    {
        TensorProto tensor = Proto.Tensor(name, type);
        fill(tensor);
        return tensor;
    }

    private static AttributeProto Graph(string name, ByteString graph) => new() { Name = name, Type = 5, G = graph };

    private static Model Read(ModelProto file) => OnnxFiles.Read(file.ToByteArray(), OperatorCatalog.Default);
}
