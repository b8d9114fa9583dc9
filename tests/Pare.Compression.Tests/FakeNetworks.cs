using Pare.Compression.Data;
using Pare.Compression.Reporting;
using Pare.Compression.Training;
using Pare.Encodings;
using Pare.Formats.Container;

namespace Pare.Compression.Tests;

/// <summary>A layer that passes its input on; methods look at weights and names alone.</summary>
internal sealed record FakeLayer(string Type) : Operator
{
    public override string Name => Type;

    public override void Infer(InferScope s) => s.Output(0, s.Type(0));

    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs) => inputs[0]!.Bytes.CopyTo(outputs[0].Bytes);

    public override int? WeightAxis(int input) => input == 1 ? 0 : null;
}

internal static class FakeNetworks
{
    /// <summary>conv1, conv2, norm, fc1, fc2 in a row, with biases; weights are normal draws.</summary>
    public static Model LeNet(ulong seed = 3, int scale = 1)
    {
        var editor = new ModelEditor { Metadata = Metadata.Empty with { Name = "lenet" } };
        string value = editor.AddInput("x", new TensorType(DType.F32, Shape.Of(1, 4)));
        var rng = new Rng(seed);
        value = Add(editor, rng, "conv1", "Conv", value, 4 * scale, 1, 3, 3);
        value = Add(editor, rng, "conv2", "Conv", value, 6 * scale, 4, 3, 3);
        value = Add(editor, rng, "bn2", "BatchNormalization", value, 6 * scale);
        value = Add(editor, rng, "fc1", "Gemm", value, 20 * scale, 24);
        value = Add(editor, rng, "fc2", "Gemm", value, 10, 20 * scale);
        editor.AddOutput(value);
        return editor.Build();
    }

    /// <summary>One fully connected layer "fc" with those weights.</summary>
    public static Model Of(params float[] weights)
    {
        var editor = new ModelEditor();
        string x = editor.AddInput("x", new TensorType(DType.F32, Shape.Of(1, 4)));
        string w = editor.SetWeight("fc.weight", new Dense(Shape.Of(1, weights.Length), weights));
        editor.Add(new Node("fc", new FakeLayer("Gemm"), [x, w], ["y"]));
        editor.AddOutput("y");
        return editor.Build();
    }

    private static string Add(ModelEditor editor, Rng rng, string name, string type, string input, params int[] shape)
    {
        string weight = editor.SetWeight($"{name}.weight", new Dense(Shape.Of(shape), Normal(rng, (int)Shape.Of(shape).Elements)));
        string bias = editor.SetWeight($"{name}.bias", new Dense(Shape.Of(shape[0]), Normal(rng, shape[0])));
        string output = editor.FreshValue($"{name}.out");
        editor.Add(new Node(name, new FakeLayer(type), [input, weight, bias], [output]));
        return output;
    }

    public static float[] Normal(Rng rng, int count)
    {
        var values = new float[count];
        for (int i = 0; i < count; i++) values[i] = (float)(0.1 * rng.NextNormal());
        return values;
    }

    public static DataSet Data(int count = 4) => DataSet.FromFloats("fake", [4], 2, new float[4 * count], new int[count]);

    public static Model Apply(this CompressionMethod method, Model model, MethodSettings settings, CompressionContext? context = null, params string[] layers) =>
        method.Apply(model, new Layers(LayerSelector.Select(model, layers), settings), settings, context ?? new CompressionContext(), CancellationToken.None);

    public static Sparse Sparse(this Model model, string weight) => model.Weights[weight].ShouldBeOfType<Sparse>();

    public static int Kept(this Model model, string weight) => model.Sparse(weight).Positions.Length;
}

/// <summary>Moves every leaf by chance, as training would, and counts its calls.</summary>
internal sealed class FakeRetrainer : IRetrainer
{
    public int Calls { get; private set; }

    public List<TrainingSettings> Settings { get; } = [];

    public Model Retrain(Model model, TrainingSettings settings, CompressionContext context, CancellationToken cancel)
    {
        Calls++;
        Settings.Add(settings);
        var rng = new Rng(context.Seed, (ulong)Calls);
        return model.WithWeights(model.WeightsInOrder().Select(name => KeyValuePair.Create(name, model.Weights[name].MapLeaves((leaf, _) =>
        {
            float[] moved = leaf.ToArray();
            for (int i = 0; i < moved.Length; i++) moved[i] += 0.01f * (rng.NextSingle() - 0.5f);
            return new Dense(leaf.Shape, moved);
        }, model.ScopeOf(name)))).ToList());
    }
}

/// <summary>Counts stored numbers as bytes; errors are what the test says, one after another.</summary>
internal sealed class FakeMeter(params long[] errors) : IModelMeter
{
    private int _calls;

    public List<ContainerSettings> Measured { get; } = [];

    public Quality Evaluate(Model model, DataSet data, CancellationToken cancel) => new(1000, errors.Length == 0 ? 0 : errors[Math.Min(_calls++, errors.Length - 1)]);

    public PartSizes Measure(Model model, ContainerSettings container)
    {
        Measured.Add(container);
        PartSize[] parts = [.. model.Weights.OrderBy(w => w.Key, StringComparer.Ordinal).SelectMany(w => Parts(w.Key, w.Key + "/", w.Value))];
        return new PartSizes(100 + parts.Sum(p => p.Bytes), 100, [.. parts]);
    }

    private static IEnumerable<PartSize> Parts(string weight, string path, WeightEncoding encoding) => encoding switch
    {
        Dense dense => [new PartSize(weight, path + "values", "raw", 32, dense.Length, 4L * dense.Length)],
        Sparse sparse => Parts(weight, path + "values/", sparse.Values).Append(new PartSize(weight, path + "gaps", "raw", 8, sparse.Positions.Length, sparse.Positions.Length)),
        Codebook codebook => Parts(weight, path + "table/", codebook.Table).Append(new PartSize(weight, path + "indices", "raw", codebook.Indices.Bits, codebook.Length, codebook.Indices.Bytes.Length)),
        _ => [],
    };
}

/// <summary>The bytes of a model's weights, for comparing two runs.</summary>
internal sealed class Fingerprint : PartWriter
{
    private readonly List<string> _parts = [];

    public static string Of(WeightEncoding weight)
    {
        var writer = new Fingerprint();
        weight.Write(writer);
        return $"{weight}{weight.Shape}:{string.Join('|', writer._parts)}";
    }

    public static string Of(Model model) => string.Join('\n', model.WeightsInOrder().Select(w => $"{w} {Of(model.Weights[w])}"));

    public override void Integer(string name, long value) => _parts.Add($"{name}={value}");

    public override void Symbols(string name, int bits, ReadOnlySpan<ushort> symbols) => _parts.Add($"{name}={bits}:{string.Join(',', symbols.ToArray())}");

    public override void Floats(string name, ReadOnlySpan<float> values) =>
        _parts.Add($"{name}={string.Join(',', values.ToArray().Select(BitConverter.SingleToUInt32Bits))}");

    public override void Child(string name, WeightEncoding child) => _parts.Add($"{name}=({Of(child)})");
}
