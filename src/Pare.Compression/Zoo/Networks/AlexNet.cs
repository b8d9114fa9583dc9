namespace Pare.Compression.Zoo.Networks;

/// <summary>AlexNet for one processor, 64-192-384-256-256 channels: 61,100,840 parameters.</summary>
/// <remarks>Krizhevsky, "One weird trick for parallelizing convolutional neural networks", 2014, as torchvision has it.</remarks>
internal sealed class AlexNet() : Architecture<DropoutSettings>(
    "alexnet", "AlexNet without groups, 224 x 224, as in torchvision (Krizhevsky 2014)", new() { Classes = 1000, Dropout = 0.5 })
{
    /// <inheritdoc/>
    protected override Model Make(DropoutSettings settings, WeightStart start) => new NetworkBuilder(Name, start, 3, settings.Resolution, settings.Resolution)
        .Conv("features.0", 64, 11, stride: 4, pad: 2).Relu("features.1").MaxPool("features.2", 3, 2)
        .Conv("features.3", 192, 5, pad: 2).Relu("features.4").MaxPool("features.5", 3, 2)
        .Conv("features.6", 384, 3, pad: 1).Relu("features.7")
        .Conv("features.8", 256, 3, pad: 1).Relu("features.9")
        .Conv("features.10", 256, 3, pad: 1).Relu("features.11").MaxPool("features.12", 3, 2)
        .Flatten("flatten").Dropout("classifier.0", settings.Dropout)
        .Linear("classifier.1", 4096).Relu("classifier.2").Dropout("classifier.3", settings.Dropout)
        .Linear("classifier.4", 4096).Relu("classifier.5")
        .Linear("classifier.6", settings.Classes)
        .Build();
}
