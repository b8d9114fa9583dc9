namespace Pare.Compression.Zoo;

/// <summary>The networks that Pare makes itself.</summary>
public static class ArchitectureCatalog
{
    /// <summary>All architectures; extend with <see cref="Catalog{T}.With"/>.</summary>
    public static Catalog<Architecture> Default { get; } = new("architecture", [
        new LeNet300100(),
        new LeNet5(),
        new ResNet8(),
        new ResNetCifar(20),
        new ResNetCifar(32),
        new ResNetCifar(56),
        new ResNetCifar(110),
        new VggSmall(),
        new Vgg16Cifar(),
        new Vgg16(),
    ]);
}
