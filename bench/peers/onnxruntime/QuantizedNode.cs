using System.Globalization;
using Pare.Encodings;
using Pare.Operators;
using Pare.Runtime;

namespace Pare.Peers.OnnxRuntime;

/// <summary>One node between DequantizeLinear and QuantizeLinear, run in integers by both engines.</summary>
/// <param name="Label">What it is.</param>
/// <param name="Add">Adds it to a value [2, 8, 12, 12] that is dequantized.</param>
internal sealed record QuantizedNode(string Label, Func<QuantizedNode.Parts, string, string> Add)
{
    private const int Seeds = 20;

    private static readonly QuantizedNode[] All =
    [
        new("conv 3x3", (p, x) => p.E.Add(new Conv { Window = Window.Square(3, 1, 1) }, "c", x, p.Weight(0, 16, 8, 3, 3), p.Vector(16))),
        new("conv 3x3, relu", (p, x) => p.Relu(p.E.Add(new Conv { Window = Window.Square(3, 2, 1) }, "c", x, p.Weight(0, 16, 8, 3, 3), p.Vector(16)))),
        new("conv 1x1, one scale", (p, x) => p.E.Add(new Conv(), "c", x, p.Weight(Scaled.WholeWeight, 16, 8, 1, 1), p.Vector(16))),
        new("depthwise, clip", (p, x) => p.E.Add(new Clip(), "clip", p.E.Add(new Conv { Groups = 8, Window = Window.Square(3, 1, 1) }, "c", x, p.Weight(0, 8, 1, 3, 3), p.Vector(8)), p.Number(0), p.Number(0.5f))),
        new("conv of groups", (p, x) => p.E.Add(new Conv { Groups = 2 }, "c", x, p.Weight(0, 12, 4, 3, 3))),
        new("gemm", (p, x) => p.E.Add(new Gemm { TransB = true }, "g", p.E.Add(new Flatten(), "f", x), p.Weight(0, 10, 1152), p.Vector(10))),
        new("product of rows", (p, x) => p.E.Add(new MatMul(), "m", x, p.Weight(1, 12, 9))),
        new("sum", (p, x) => p.E.Add(new Binary(BinaryFunctions.Add), "s", x, p.Other())),
        new("sum, relu", (p, x) => p.Relu(p.E.Add(new Binary(BinaryFunctions.Add), "s", x, p.Other()))),
        new("product", (p, x) => p.E.Add(new Binary(BinaryFunctions.Mul), "s", x, p.Other())),
        new("average pool", (p, x) => p.E.Add(new AveragePool { Window = Window.Square(3, 2, 1) }, "a", x)),
        new("average pool with padding", (p, x) => p.E.Add(new AveragePool { Window = Window.Square(3, 2, 1), CountIncludePad = true }, "a", x)),
        new("global average pool", (p, x) => p.E.Add(new GlobalAveragePool(), "a", x)),
        new("max pool", (p, x) => p.E.Add(new MaxPool { Window = Window.Square(3, 2, 1) }, "m", x)),
        new("sigmoid", (p, x) => p.E.Add(new Unary(UnaryFunctions.Sigmoid), "u", x)),
        new("tanh", (p, x) => p.E.Add(new Unary(UnaryFunctions.Tanh), "u", x)),
        new("leaky relu", (p, x) => p.E.Add(new Unary(UnaryFunctions.LeakyRelu), "u", x)),
        new("hard swish", (p, x) => p.E.Add(new Unary(UnaryFunctions.HardSwish), "u", x)),
        new("concat", (p, x) => p.E.Add(new Concat(1), "j", x, p.Other())),
        new("pad", (p, x) => p.E.Add(new Pad(), "p", x, p.E.SetConstant("pads", Tensor.Vector<long>(0, 0, 1, 2, 0, 0, 3, 0)))),
        new("another scale", (_, x) => x),
    ];

    /// <summary>Compares all with random parameters; prints one line each. 1 where one is more than a unit apart.</summary>
    public static int CompareAll(string library, string[] parts)
    {
        using var peer = new OrtRuntime(library, 1);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("pare-nodes-");
        int far = 0, count = 0;
        Console.WriteLine("| node | type | numbers | differ | most units apart |");
        Console.WriteLine("|---|---|---:|---:|---:|");
        try
        {
            foreach (QuantizedNode node in All.Where(n => parts.Length == 0 || parts.Any(p => n.Label.Contains(p, StringComparison.Ordinal))))
                foreach (DType type in (ReadOnlySpan<DType>)[DType.U8, DType.I8])
                {
                    long numbers = 0, differ = 0, most = 0;
                    for (ulong seed = 1; seed <= Seeds; seed++)
                    {
                        long[] apart = node.Compare(peer, type, seed, Path.Combine(folder.FullName, "node.onnx"));
                        numbers += apart.Length;
                        differ += apart.Count(a => a != 0);
                        most = Math.Max(most, apart.Max());
                    }
                    count++;
                    if (most > 1) far++;
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {node.Label} | {type} | {numbers} | {100.0 * differ / numbers:F3} % | {most} |"));
                }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
        Console.WriteLine($"{count - far} of {count} at most one unit apart");
        return far == 0 && count > 0 ? 0 : 1;
    }

    private long[] Compare(OrtRuntime peer, DType type, ulong seed, string file)
    {
        var parts = new Parts(new ModelEditor(), new Rng(seed, 5), type);
        string x = parts.E.AddInput("x", new TensorType(DType.F32, Shape.Of(2, 8, 12, 12)));
        string y = Add(parts, parts.Simulate(x));
        parts.E.AddOutput(parts.Quantize(y, parts.Random.NextSingle() * 0.02f + 0.003f));
        ModelFile.Save(parts.E.Build(), file);
        Model model = ModelFile.Load(file);
        var session = new Session(model, new PlanOptions { Threads = 1 });
        if (session.Plan.Lowered.Nodes.Any(n => n.Operator is DequantizeLinear)) throw new InvalidOperationException($"'{Label}' is not computed in integers.");
        foreach ((string name, _) in model.Inputs)
            foreach (ref float value in session.Input(name).Floats) value = (float)parts.Random.NextNormal();
        Dictionary<string, Tensor> given = model.Inputs.ToDictionary(i => i.Name, i => session.Input(i.Name).Clone(), StringComparer.Ordinal);
        session.Run();
        Tensor ours = session.Output(model.Outputs[0]);
        Tensor theirs = peer.Run(file, given, [(model.Outputs[0], ours.Type)])[0];
        return [.. ours.ToInt64s().Zip(theirs.ToInt64s(), (a, b) => Math.Abs(a - b))];
    }

    /// <summary>What nodes are made of, with random parameters.</summary>
    internal sealed record Parts(ModelEditor E, Rng Random, DType Type)
    {
        public string Quantize(string x, float scale)
        {
            int zero = Random.NextInt32(256);
            return E.Add(new QuantizeLinear(), $"{x}_q", x, Number(scale), E.SetConstant(E.FreshValue("zero"), Zero(zero)));
        }

        public string Simulate(string x)
        {
            string scale = Number(Random.NextSingle() * 0.02f + 0.005f), zero = E.SetConstant(E.FreshValue("zero"), Zero(64 + Random.NextInt32(128)));
            return E.Add(new DequantizeLinear(), $"{x}_dq", E.Add(new QuantizeLinear(), $"{x}_q", x, scale, zero), scale, zero);
        }

        public string Other() => Simulate(E.AddInput("other", new TensorType(DType.F32, Shape.Of(2, 8, 12, 12))));

        public string Weight(int axis, params int[] dims)
        {
            Shape shape = Shape.Of(dims);
            int[] codes = [.. Enumerable.Range(0, (int)shape.Elements).Select(_ => Random.NextInt32(255) - 127)];
            float[] scales = [.. Enumerable.Range(0, axis == Scaled.WholeWeight ? 1 : dims[axis]).Select(_ => 0.0005f + Random.NextSingle() * 0.001f)];
            return E.SetWeight(E.FreshValue("weight"), new Scaled(axis, new Dense(Shape.Of(scales.Length), scales), Integer.Of(shape, 8, codes, 0, isSigned: true)));
        }

        public string Vector(int count) =>
            E.SetWeight(E.FreshValue("bias"), new Dense(Shape.Of(count), Enumerable.Range(0, count).Select(_ => Random.NextSingle() - 0.5f).ToArray()));

        public string Number(float value) => E.SetConstant(E.FreshValue("number"), Tensor.Scalar(value));

        public string Relu(string x) => E.Add(new Unary(UnaryFunctions.Relu), "relu", x);

        private Tensor Zero(int zero) => Tensor.Scalar(Type, Type == DType.U8 ? zero : zero - 128);
    }
}
