using Pare.Compression.Zoo.Networks;

namespace Pare.Compression.Zoo;

/// <summary>The networks that Pare makes itself.</summary>
public static class ArchitectureCatalog
{
    /// <summary>All architectures; extend with <see cref="Catalog{T}.With"/>.</summary>
    public static Catalog<Architecture> Default { get; } = new("architecture", [
        new LeNet300100(),
        new LeNet5(),
        new LeNet5Classic(),
        new AlexNet(),
        new AlexNetCaffe(),
        new NetworkInNetwork(),
        new Vgg(11),
        new Vgg(16),
        new Vgg(19),
        new VggCifar(11),
        new VggCifar(16),
        new VggCifar(19),
        new VggSmall(),
        new GoogLeNet(),
        new GoogLeNetTorchvision(),
        new InceptionV2(),
        new InceptionV3(),
        new ResNet(18),
        new ResNet(34),
        new ResNet(50),
        new ResNet(101),
        new ResNet8(),
        new ResNetCifar(20),
        new ResNetCifar(32),
        new ResNetCifar(56),
        new ResNetCifar(110),
        new SqueezeNet("1.0"),
        new SqueezeNet("1.1"),
        MobileNetV1.ForImageNet(),
        new MobileNetV2(),
        new ShuffleNetV1(),
        new ShuffleNetV2(),
        new DsCnn(),
        MobileNetV1.ForVisualWakeWords(),
        new DeepAutoencoder(),
        new SqueezeNetCifar(),
        new MobileNetCifar(),
        new ShuffleNetCifar(),
    ]);
}
