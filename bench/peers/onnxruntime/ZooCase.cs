using Pare.Compression.Settings;
using Pare.Compression.Zoo;
using Pare.Operators;

namespace Pare.Peers.OnnxRuntime;

/// <summary>A network of the catalog, with settings of its own.</summary>
/// <param name="Architecture">The architecture.</param>
/// <param name="Settings">Settings as users write them: "width=0.5"; none where empty.</param>
internal sealed record ZooCase(Architecture Architecture, string[] Settings)
{
    // Forms that differ from the defaults in more than sizes.
    private static readonly (string Name, string[] Settings)[] Variants =
    [
        ("googlenet", ["resolution=32"]), // windows larger than what is left of the picture
        ("squeezenet-1.0", ["bypass=simple"]),
        ("squeezenet-1.1", ["bypass=complex"]),
        ("mobilenet-v1", ["width=0.25", "resolution=128"]),
        ("mobilenet-v2", ["width=0.35", "resolution=96"]),
        ("shufflenet-v1", ["groups=1"]),
        ("shufflenet-v1", ["groups=8", "width=0.5"]),
        ("shufflenet-v2", ["width=0.5", "resolution=128"]),
    ];

    // Slow to make, to write and to run: left out of quick runs.
    private static readonly string[] Large = ["alexnet", "alexnet-caffe", "vgg-11", "vgg-16", "vgg-19", "vgg-19-cifar", "inception-v3", "resnet-34", "resnet-50", "resnet-101"];

    public string Label => string.Join(' ', [Architecture.Name, .. Settings]);

    public bool IsQuick => !Large.Contains(Architecture.Name);

    /// <summary>Every architecture as it is by default, then other forms.</summary>
    public static IEnumerable<ZooCase> All() => ArchitectureCatalog.Default.Select(a => new ZooCase(a, []))
        .Concat(Variants.Select(v => new ZooCase(ArchitectureCatalog.Default.Get(v.Name), v.Settings)));

    /// <summary>The network, with biases and batch norms that matter: fresh ones are zeros and identities.</summary>
    public Model Build(ulong seed)
    {
        ArchitectureSettings settings = SettingsBinder.Bind(
            Architecture.Defaults, Settings.Select(s => s.Split('=')).Select(p => KeyValuePair.Create(p[0], p[1])), Architecture.Name);
        Model model = Architecture.Build(settings, seed);
        var rng = new Rng(seed, stream: ulong.MaxValue);
        var changed = new Dictionary<string, WeightEncoding>(StringComparer.Ordinal);
        foreach (Node node in model.Nodes)
        {
            if (node.Operator is BatchNormalization)
            {
                changed[node.Inputs[1]] = Uniform(node.Inputs[1], 0.6, 1.4);
                changed[node.Inputs[2]] = Uniform(node.Inputs[2], -0.3, 0.3);
                changed[node.Inputs[3]] = Uniform(node.Inputs[3], -0.3, 0.3);
                changed[node.Inputs[4]] = Uniform(node.Inputs[4], 0.6, 1.8);
            }
            else if (node.Operator is Conv or Gemm && node.Input(2) is { Length: > 0 } bias) changed[bias] = Uniform(bias, -0.1, 0.1);
        }
        return model.WithWeights(changed);

        Dense Uniform(string weight, double least, double most)
        {
            var values = new float[model.Weights[weight].Length];
            foreach (ref float value in values.AsSpan()) value = (float)(least + (most - least) * rng.NextDouble());
            return new Dense(model.Weights[weight].Shape, values);
        }
    }
}
