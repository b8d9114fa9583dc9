using System.Collections.Immutable;
using Pare.Encodings;
using Pare.Tests.Encodings;

namespace Pare.Tests.Formats.Container;

/// <summary>Models of small test operators, for files.</summary>
internal static class TestModels
{
    public static Catalog<OperatorSpec> Operators { get; } = new("operator", Product.Spec, Activation.Spec, Probe.Spec);

    /// <summary>A model with every kind of encoding, attribute, constant and name that a file has to keep.</summary>
    public static Model Everything()
    {
        var editor = new ModelEditor
        {
            Metadata = new Metadata("everything", 13, Metadata.Empty.Properties.Add("pare.scale", "0.5").Add("empty", "")),
        };
        editor.AddInput("image", new TensorType(DType.F32, new Shape([Dim.Named("N"), Dim.Named("N") * 2 + 1, 3])));
        editor.AddInput("mask", new TensorType(DType.Bool, Shape.Of(4)));
        editor.SetConstant("long", Tensor.Vector<long>([.. Enumerable.Range(0, 40).Select(i => (long)i * 3)]));
        editor.SetConstant("scalar", Tensor.Scalar(1.5f));
        editor.SetConstant("bytes", Tensor.Vector<byte>(1, 2, 3));
        editor.SetConstant("nobody's", Tensor.Vector(1.25));
        var inputs = new List<string> { "image", "", "mask", "long", "scalar", "bytes" };
        foreach (WeightEncoding encoding in EncodingExamples.Each) inputs.Add(editor.SetWeight($"weights/{inputs.Count}.ä\u0001\0", encoding));
        var all = new Probe(
            new AttributeValue.Int(long.MinValue), new AttributeValue.Float(float.NaN), new AttributeValue.Text("text"), new AttributeValue.Ints([1, -2, 3]),
            new AttributeValue.Floats([1.5f, float.NegativeInfinity]), new AttributeValue.Texts(["a", "", "b"]),
            new AttributeValue.Array(Tensor.Vector<int>([.. Enumerable.Range(0, 100)])), new AttributeValue.Array(Tensor.Scalar<ushort>(7)));
        editor.Add(new Node("probe", all, [.. inputs], ["inner", "", "third"])
        {
            Extra = ImmutableSortedDictionary<string, AttributeValue>.Empty.Add("unknown", new AttributeValue.Int(3)),
        });
        editor.Add(new Node("second", new Probe(), ["third", "inner", "image"], ["result"]));
        editor.Add(new Node("inner?", new Probe(), ["result"], ["probe"]));
        editor.AddOutput("result");
        editor.AddOutput("probe");
        return editor.Build();
    }

    /// <summary>Layers of products and activations: the shape of LeNet-300-100.</summary>
    public static Model Layers(Func<string, Dense, WeightEncoding> encode, params int[] widths)
    {
        var editor = new ModelEditor { Metadata = Metadata.Empty with { Name = "lenet-300-100" } };
        string value = editor.AddInput("image", new TensorType(DType.F32, new Shape([Dim.Named("N"), widths[0]])));
        var rng = new Rng(5);
        for (int i = 1; i < widths.Length; i++)
        {
            string weight = Add($"fc{i}.weight", widths[i], widths[i - 1]), bias = Add($"fc{i}.bias", widths[i]);
            value = editor.Add(new Product(), $"fc{i}", value, weight, bias);
            if (i < widths.Length - 1) value = editor.Add(new Activation(), $"relu{i}", value);
        }
        editor.AddOutput(value);
        return editor.Build();

        string Add(string name, params int[] dims)
        {
            Shape shape = Shape.Of(dims);
            var leaf = new Dense(shape, Enumerable.Range(0, (int)shape.Elements).Select(_ => (float)rng.NextNormal() * 0.1f).ToArray());
            return editor.SetWeight(name, encode(name, leaf));
        }
    }

    /// <summary>Deep Compression's form: the largest numbers stay, each as one of 2^bits values.</summary>
    public static WeightEncoding Pruned(Dense leaf, double kept, int bits)
    {
        float limit = leaf.Values.ToArray().Select(MathF.Abs).OrderDescending().ElementAt((int)(leaf.Length * kept));
        Sparse sparse = Sparse.Of(leaf, [.. leaf.Values.ToArray().Select(v => MathF.Abs(v) > limit)]);
        return sparse.MapLeaves((values, _) => Clustered(values, bits), LeafScope.Of("w", leaf.Shape, 0));
    }

    /// <summary>A codebook with a linear table.</summary>
    public static Codebook Clustered(Dense leaf, int bits)
    {
        float[] values = leaf.ToArray();
        float least = values.Min(), step = (values.Max() - least) / ((1 << bits) - 1);
        return Codebook.Of(
            leaf.Shape, [.. values.Select(v => (ushort)MathF.Round((v - least) / step))], [.. Enumerable.Range(0, 1 << bits).Select(i => least + i * step)]);
    }

    /// <summary>y[n, o] = sum_i x[n, i] w[o, i] + b[o].</summary>
    internal sealed record Product : Operator
    {
        public static OperatorSpec Spec { get; } = new("Gemm", r => r.Flag("transB") ? new Product() : throw r.Fail("transB must be 1."));

        public override string Name => "Gemm";

        public override void Infer(InferScope s) => s.Output(DType.F32, new Shape([s.Shape(0)[0], s.Shape(1)[0]]));

        public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs) => throw new NotSupportedException();

        public override int? WeightAxis(int input) => input is 1 or 2 ? 0 : null;

        public override void Write(OperatorWriter w) => w.Flag("transB", true);
    }

    internal sealed record Activation : Operator
    {
        public static OperatorSpec Spec { get; } = new("Relu", _ => new Activation());

        public override string Name => "Relu";

        public override void Infer(InferScope s) => s.Output(DType.F32, s.Shape(0));

        public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs) => throw new NotSupportedException();
    }

    /// <summary>Takes anything, with attributes of any type.</summary>
    internal sealed record Probe(params ImmutableArray<AttributeValue> Values) : Operator
    {
        public static OperatorSpec Spec { get; } = new("Probe", Read);

        public override string Name => "Probe";

        public override void Infer(InferScope s)
        {
            for (int i = 0; i < s.Node.Outputs.Length; i++) s.Output(i, new TensorType(DType.F32, Shape.Of(1)));
        }

        public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs) => throw new NotSupportedException();

        public override void Write(OperatorWriter w)
        {
            for (int i = 0; i < Values.Length; i++) w.Attribute($"a{i}", Values[i]);
        }

        private static Probe Read(OperatorReader r)
        {
            var values = new List<AttributeValue>();
            for (int i = 0; r.Has($"a{i}"); i++) values.Add(r.Attributes[$"a{i}"]);
            return new Probe([.. values]);
        }
    }
}
