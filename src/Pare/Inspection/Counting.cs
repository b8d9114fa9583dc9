namespace Pare.Inspection;

/// <summary>The ways in which papers count. The default is that of <see cref="Profile"/>.</summary>
public sealed record Counting
{
    /// <summary>Multiply-accumulates, or twice as many operations.</summary>
    public CountUnit Unit { get; init; }

    /// <summary>Counts one for each bias that is added.</summary>
    public bool WithBias { get; init; }

    /// <summary>Counts normalizations: for each number of a batch norm one MAC, or two operations.</summary>
    public bool WithNormalization { get; init; }

    /// <summary>Counts one for each operation of pooling, activations, sums and all else.</summary>
    public bool WithOther { get; init; }

    /// <summary>Which numbers are parameters.</summary>
    public CountedParameters Parameters { get; init; }

    /// <summary>"MACs" or "FLOPs".</summary>
    public string UnitName => Unit == CountUnit.Macs ? "MACs" : "FLOPs";

    /// <summary>The rule in a sentence, for people.</summary>
    public string Rule
    {
        get
        {
            string[] counted =
            [
                "convolutions and products",
                .. WithBias ? ["biases (1 for each addition)"] : (string[])[],
                .. WithNormalization ? [$"normalization ({(Unit == CountUnit.Macs ? 1 : 2)} for each number of a batch norm)"] : (string[])[],
                .. WithOther ? ["pooling, activations and all else (1 for each operation)"] : (string[])[],
            ];
            string unit = Unit == CountUnit.Macs ? "a MAC is one multiplication with its addition" : "a multiplication with its addition is 2 FLOPs";
            string parameters = Parameters switch
            {
                CountedParameters.Stored => "all stored numbers, running means and variances too",
                CountedParameters.Kernels => "weights of convolutions and products alone",
                _ => "trained numbers with biases and normalization, without running means and variances",
            };
            return $"{unit}; counted in {string.Join(", ", counted)}. Parameters: {parameters}.";
        }
    }

    /// <summary>What a node computes, by this rule.</summary>
    public long Of(LayerProfile layer)
    {
        long operations = layer.Kind switch
        {
            LayerKind.Convolution or LayerKind.FullyConnected => WithBias ? layer.Operations : 0,
            LayerKind.Normalization => !WithNormalization ? 0 : Unit == CountUnit.Macs ? layer.Operations / 2 : layer.Operations,
            _ => WithOther ? layer.Operations : 0,
        };
        return (Unit == CountUnit.Macs ? 1 : 2) * layer.Macs + operations;
    }

    /// <summary>How many parameters a node is the first to read, by this rule.</summary>
    public long ParametersOf(LayerProfile layer) => Parameters switch
    {
        CountedParameters.Stored => layer.Parameters + layer.RunningStatistics,
        CountedParameters.Kernels => layer.KernelParameters,
        _ => layer.Parameters,
    };

    /// <summary>What a model computes, by this rule.</summary>
    public long Of(Profile profile) => profile.Layers.Sum(Of);

    /// <summary>How many parameters a model has, by this rule.</summary>
    public long ParametersOf(Profile profile) => profile.Layers.Sum(ParametersOf);
}
