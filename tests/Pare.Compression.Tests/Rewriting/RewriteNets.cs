using System.Collections.Immutable;
using Pare.Compression.Zoo;
using Pare.Operators;
using Pare.Runtime;

namespace Pare.Compression.Tests.Rewriting;

/// <summary>Networks to rewrite, and runs of them.</summary>
internal static class RewriteNets
{
    public static Model Of(string name) => name switch
    {
        "vgg-16-cifar" => NarrowVgg(ArchitectureCatalog.Default.Get(name)),
        "residual" => Training.TestNets.Residual(dropout: 0.1),
        "large-kernels" => LargeKernels(),
        "batch-of-two" => BatchOfTwo(),
        _ => ArchitectureCatalog.Default.Get(name).Build(seed: 1),
    };

    /// <summary>One fully connected layer from the input to the output: nothing in it can go.</summary>
    public static Model OneLayer() => new NetworkBuilder("one-layer", 1, 1, 2, 2).Flatten("flatten").Linear("fc", 3).Build();

    private static Model NarrowVgg(Architecture vgg) => vgg.Build((WidthSettings)vgg.Defaults with { Width = 0.125 }, seed: 1);

    /// <summary>One convolution "conv" on [N, inputs, 12, 11], with normal weights.</summary>
    public static Model Single(int inputs, int outputs, int[] kernel, Window window, int groups = 1, bool bias = true, Func<float[], float[]>? change = null)
    {
        var editor = new ModelEditor();
        var rng = new Rng(9);
        string x = editor.AddInput("image", new TensorType(DType.F32, new Shape([Dim.Named("N"), inputs, .. kernel.Select((_, a) => (Dim)(12 - a))])));
        Shape shape = Shape.Of([outputs, inputs / groups, .. kernel]);
        float[] values = FakeNetworks.Normal(rng, (int)shape.Elements);
        List<string> read = [x, editor.SetWeight("conv.weight", new Dense(shape, change?.Invoke(values) ?? values))];
        if (bias) read.Add(editor.SetWeight("conv.bias", new Dense(Shape.Of(outputs), FakeNetworks.Normal(rng, outputs))));
        string y = editor.Add(new Conv { Window = window, Groups = groups }, "conv", [.. read]);
        editor.AddOutput(y);
        return editor.Build();
    }

    public static Model Rewrite(this Model model, CompressionMethod method, MethodSettings settings, params string[] layers) => method.Apply(model, settings, null, layers);

    /// <summary>The first output for normal inputs, or for those given.</summary>
    public static float[] Run(this Model model, float[]? input = null, IReadOnlyDictionary<string, long>? bindings = null)
    {
        var session = new Session(ExecutionPlan.Build(model, new PlanOptions { Threads = 1 }, bindings));
        Span<float> image = session.Input(model.Inputs[0].Name).Floats;
        var rng = new Rng(5);
        for (int i = 0; i < image.Length; i++) image[i] = input is null ? (float)rng.NextNormal() : input[i];
        session.Run();
        return session.Output(model.Outputs[0]).Floats.ToArray();
    }

    public static void ShouldEqual(this float[] found, float[] expected, float tolerance = 1e-4f)
    {
        found.Length.ShouldBe(expected.Length);
        float largest = expected.Max(Math.Abs);
        for (int i = 0; i < found.Length; i++) found[i].ShouldBe(expected[i], tolerance * largest);
    }

    /// <summary>|a - b| / |b|.</summary>
    public static double Distance(float[] a, float[] b) =>
        Math.Sqrt(a.Zip(b, (x, y) => (double)(x - y) * (x - y)).Sum() / b.Sum(y => (double)y * y));

    public static string[] Types(this Model model) => [.. model.Nodes.Select(n => n.Operator.Name)];

    public static int Channels(this Model model, string weight) => model.Weights[weight].Shape.Fixed[0];

    public static ImmutableArray<int> Fixed(this Model model, string weight) => model.Weights[weight].Shape.Fixed;

    private static Model BatchOfTwo()
    {
        var net = new NetworkBuilder("batch-of-two", 4, 3, 12, 12);
        net.Conv("a", 16, 5, pad: 2).Relu("relu1").MaxPool("pool", 2, 2).Conv("b", 16, 3, pad: 1).Relu("relu2").Conv("c", 16, 3, pad: 1).Relu("relu3");
        var editor = new ModelEditor(net.Flatten("flatten").Linear("fc1", 200).Relu("relu4").Linear("fc2", 5).Build());
        editor.SetInput("image", new TensorType(DType.F32, Shape.Of(2, 3, 12, 12)));
        return editor.Build();
    }

    private static Model LargeKernels()
    {
        var net = new NetworkBuilder("large-kernels", 4, 3, 23, 21);
        net.Conv("stem", 8, 7, stride: 2, pad: 3, bias: false).BatchNorm("bn").Relu("relu1");
        net.Conv("depthwise", 8, 5, pad: 2, groups: 8).Relu("relu2").Conv("wide", 16, 5, pad: 1).Relu("relu3").Conv("point", 16, 1).Relu("relu4");
        return net.Conv("even", 16, 4).Relu("relu5").Flatten("flatten").Linear("fc1", 32).Relu("relu6").Dropout("drop", 0.5).Linear("fc2", 5).Build();
    }
}
