using Google.Protobuf;
using Pare.Formats.Container;
using Pare.Formats.Onnx.Wire;
using Pare.Inspection;
using Pare.Operators;
using Pare.Passes;

namespace Pare.Tests.Formats.Onnx;

/// <summary>Nodes, initializers and inputs that Pare lacks pass through it as they are.</summary>
public class ForeignNodeTests
{
    [Fact]
    public void Read_UnknownOperator_IsAKnownTypeWhereTheFileDeclaresIt()
    {
        Model model = Read(Middle().With(d => d.Graph.ValueInfo.Add(Value("b", 1, "N", 3L))));
        model.Nodes.Select(n => n.Operator.GetType().Name).ShouldBe(["Unary", "ForeignOperator", "Unary"]);
        model.Types["b"].ToString().ShouldBe("F32[N, 3]");
        model.Types["y"].ToString().ShouldBe("F32[N, 3]");
        Read(Middle()).Types.Keys.Order().ShouldBe(["a", "x"]);
    }

    [Fact]
    public void Write_UnknownOperator_KeepsEveryAttribute()
    {
        ModelProto file = Middle();
        AttributeProto[] before = [.. file.Graph.Node[1].Attribute];
        Model model = Read(file);
        foreach (Model kept in (Model[])[model, ThroughContainer(model), Simplify.ForInference(model)])
        {
            NodeProto node = Write(kept).Graph.Node.Single(n => n.OpType == "Warp");
            node.Attribute.Select(a => a.ToByteString()).ShouldBe(before.Select(a => a.ToByteString()));
            (node.Domain, node.Name, node.DocString.ToStringUtf8()).ShouldBe(("com.example", "warp", "why"));
        }
        Write(model).OpsetImport.Single(i => i.Domain == "com.example").Version.ShouldBe(3);
        Read(Write(model)).ShouldEqual(model);
    }

    [Fact]
    public void Write_SubGraph_ReadsWhatItCapturesUnderItsNewName()
    {
        ModelProto file = Capturing();
        ByteString body = file.Graph.Node[1].Attribute[^1].G;
        Model model = DeadCode.Apply(Read(file));
        model.Weights.Keys.ShouldBe(["w"]);
        model.Nodes[1].Inputs.ShouldBe(["a", "a", "w"]);
        Write(model).Graph.Node[1].Attribute[^1].G.ShouldBe(body);

        NodeProto renamed = Write(ThroughContainer(model, KeptNames.None)).Graph.Node[1];
        renamed.Input.ShouldBe(["node0"]);
        GraphProto.Parser.ParseFrom(renamed.Attribute[^1].G).Node[0].Input.ShouldBe(["node0", "weight0"]);
    }

    [Fact]
    public void Write_TypesThatPareLacks_Survive()
    {
        TensorProto half = Proto.Tensor("half", 10, 2), texts = Proto.Tensor("texts", 8, 1);
        half.RawData = ByteString.CopyFrom([1, 2, 3, 4]);
        texts.StringData.Add(ByteString.CopyFromUtf8("word"));
        ModelProto file = Proto.Model().Input("h", 10, 2L).Input("x", 1, 2L).Input("seq", 1).Initializer(half).Initializer(texts)
            .Node("Add", ["h", "half"], ["s"]).Node("Lookup", ["x", "texts", "seq"], ["z"], "look", "com.example").Node("Relu", ["x"], ["y"]).Output("y").Output("s").Output("z");
        file.Graph.Input[2].Type = new TypeProto { SequenceType = new TypeProto.Types.Element { ElemType = ByteString.CopyFrom([10, 2, 8, 1]) } };
        file.Graph.Output[1] = Value("s", 10, 2L);
        Model model = Read(file);
        model.Inputs.Select(i => i.Name).ShouldBe(["x"]);
        foreach (Model kept in (Model[])[model, ThroughContainer(model)])
        {
            ModelProto written = Write(kept);
            written.Graph.Input.ShouldBe(file.Graph.Input);
            written.Graph.Output[1].ShouldBe(file.Graph.Output[1]);
            written.Graph.Initializer.Single(t => t.Name == "half").RawData.ShouldBe(half.RawData);
            written.Graph.Initializer.Single(t => t.Name == "texts").StringData.Single().ToStringUtf8().ShouldBe("word");
            Read(written).ShouldEqual(model);
        }
        string message = Should.Throw<UnsupportedException>(() => new Session(model)).Message;
        foreach (string part in (string[])["initializers of float16: 'half'", "inputs of sequence type: 'seq'", "inputs of float16: 'h'", "initializers of string: 'texts'", "operator Lookup of domain 'com.example'"])
            message.ShouldContain(part);
    }

    [Fact]
    public void Read_KnownOperatorOverAnotherType_IsPassedOn()
    {
        Model model = Read(Proto.Model().Input("x", 7, 3L).Node("Sigmoid", ["x"], ["y"], "s").Node("Relu", ["y"], ["z"]).Output("z"));
        ForeignNodes.Of(model).Single().Name.ShouldBe("s");
        ((ForeignOperator)ForeignNodes.Of(model)[0].Operator).Missing.ShouldContain("holds I64");
        Read(Write(model)).ShouldEqual(model);
    }

    [Fact]
    public void Read_OlderFormThatIsPassedOn_TakesItsNewInputsBack()
    {
        ModelProto file = Proto.Model(9).Input("x", 9, 3L).Node("ReduceMean", ["x"], ["y"], "m", attributes: [new AttributeProto { Name = "axes", Type = 7, Ints = { 0 } }]).Output("y");
        Model model = Read(file);
        ForeignNodes.Of(model).Single().Inputs.ShouldBe(["x"]);
        model.Constants.ShouldBeEmpty();
    }

    [Fact]
    public void Write_ForeignNodeInAnotherOpset_IsRefusedByName()
    {
        Model model = Read(Proto.Model(17).Input("x", 1, 3L).Node("Fft", ["x"], ["y"], "f").Output("y"));
        Should.Throw<UnsupportedException>(() => model.Write(13, OperatorCatalog.Default)).Message.ShouldContain("node 'f'");
    }

    [Fact]
    public void Profile_AroundAForeignNode_CountsTheRest()
    {
        ModelProto file = Proto.Model().Input("x", 1, "N", 3L).Initializer(Weights("w1", 3, 4)).Initializer(Weights("w2", 4, 5)).Node("MatMul", ["x", "w1"], ["a"])
            .Node("Warp", ["a"], ["b"], "warp", "com.example").Node("MatMul", ["b", "w2"], ["y"]).Output("y");
        var profile = Profile.Of(Read(file));
        profile.Parameters.ShouldBe(32);
        profile.Macs.ShouldBe(12);
        Profile.Of(Read(file.With(d => d.Graph.ValueInfo.Add(Value("b", 1, "M", 4L))))).Macs.ShouldBe(32);
    }

    [Fact]
    public void Read_Function_IsPutInThePlaceOfItsCall()
    {
        var function = new FunctionProto { Name = "Scaled", Domain = "own", Input = { "v" }, Output = { "r" }, Attribute = { "by" } };
        function.Node.Add(new NodeProto { OpType = "Constant", Output = { "k" }, Attribute = { new AttributeProto { Name = "value_float", RefAttrName = "by", Type = 1 } } });
        function.Node.Add(new NodeProto { OpType = "Mul", Input = { "v", "k" }, Output = { "r" } });
        function.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = 17 });
        ModelProto file = Proto.Model().Input("x", 1, 2L).Node("Scaled", ["x"], ["a"], "one", "own", Proto.Float("by", 3)).Node("Scaled", ["a"], ["y"], "two", "own", Proto.Float("by", 5)).Output("y");
        file.Functions.Add(function);
        Model model = Read(file);
        model.Nodes.Select(n => n.Name).ShouldBe(["one/Mul", "two/Mul"]);
        ScalarRun.Run(model, new Dictionary<string, Tensor> { ["x"] = Tensor.Vector(1f, 2f) })[0].Floats.ToArray().ShouldBe([15, 30]);
    }

    [Fact]
    public void Read_FunctionThatCallsItself_IsRefused()
    {
        ModelProto file = Proto.Model().Input("x", 1, 2L).Node("F", ["x"], ["y"], "f", "own").Output("y");
        file.Functions.Add(new FunctionProto { Name = "F", Domain = "own", Input = { "v" }, Output = { "r" }, Node = { new NodeProto { OpType = "F", Domain = "own", Input = { "v" }, Output = { "r" } } } });
        Should.Throw<ModelException>(() => Read(file)).Message.ShouldContain("or itself");
    }

    [Fact]
    public void Read_SparseInitializer_IsDense()
    {
        TensorProto places = Proto.Tensor("", 7, 2, 2), positions = Proto.Tensor("", 7, 2), values = Proto.Floats("w", 5, 7);
        places.Int64Data.AddRange([0, 1, 1, 2]);
        positions.Int64Data.AddRange([1, 5]);
        foreach (TensorProto indices in (TensorProto[])[places, positions])
        {
            ModelProto file = Proto.Model().Input("x", 1, 2L, 3L).Node("Add", ["x", "w"], ["y"]).Output("y");
            file.Graph.SparseInitializer.Add(new SparseTensorProto { Values = values, Indices = indices, Dims = { 2, 3 } });
            Read(file).Weights["w"].ToArray().ShouldBe([0, 5, 0, 0, 0, 7]);
            file.Graph.SparseInitializer[0].Dims[0] = 1;
            Should.Throw<ModelException>(() => Read(file)).Message.ShouldContain("outside");
        }
    }

    [Fact]
    public void Evaluate_OfAForeignNode_Refuses() =>
        Should.Throw<UnsupportedException>(() => new ForeignOperator("Warp", "", 1, "operator Warp").Evaluate([], [])).Message.ShouldContain("operator Warp");

    /// <summary>As <see cref="Middle"/>, with a sub-graph that reads a value and a weight from outside.</summary>
    internal static ModelProto Capturing()
    {
        var body = new GraphProto { Name = "body" };
        body.Node.Add(new NodeProto { OpType = "Mul", Input = { "a", "w" }, Output = { "local" } });
        body.Output.Add(new ValueInfoProto { Name = "local" });
        return Middle(new AttributeProto { Name = "body", Type = 5, G = body.ToByteString() }).Initializer(Proto.Floats("w", 1, 2, 3)).Initializer(Proto.Floats("unread", 1));
    }

    /// <summary>x -> Relu -> a -> Warp (not known) -> b -> Relu -> y.</summary>
    private static ModelProto Middle(params AttributeProto[] more)
    {
        ModelProto file = Proto.Model().Input("x", 1, "N", 3L).Node("Relu", ["x"], ["a"]).Node("Warp", ["a"], ["b"], "warp", "com.example",
        [
            Proto.Int("depth", 3), Proto.Text("mode", "bilinear"), new AttributeProto { Name = "words", Type = 8, Strings = { ByteString.CopyFromUtf8("a"), ByteString.CopyFrom([0xFF]) } },
            new AttributeProto { Name = "table", Type = 4, T = Proto.Floats("t", 1, 2) }, .. more,
        ]).Node("Relu", ["b"], ["y"]).Output("y");
        file.Graph.Node[1].DocString = ByteString.CopyFromUtf8("why");
        file.OpsetImport.Add(new OperatorSetIdProto { Domain = "com.example", Version = 3 });
        return file;
    }

    private static TensorProto Weights(string name, params long[] dims)
    {
        TensorProto tensor = Proto.Tensor(name, 1, dims);
        tensor.FloatData.AddRange(Enumerable.Range(0, (int)dims.Aggregate((a, b) => a * b)).Select(i => (float)i));
        return tensor;
    }

    private static ValueInfoProto Value(string name, int type, params object[] dims) => Proto.Model().Input(name, type, dims).Graph.Input[0];

    private static Model Read(ModelProto file) => OnnxFiles.Read(file.ToByteArray(), OperatorCatalog.Default);

    private static ModelProto Write(Model model) => model.Write(operators: OperatorCatalog.Default).Proto();

    private static Model ThroughContainer(Model model, KeptNames names = KeptNames.All)
    {
        var file = new MemoryStream();
        ContainerWriter.Write(model, file, ContainerOptions.Default with { Names = names });
        file.Position = 0;
        return ContainerReader.Read(file);
    }
}
