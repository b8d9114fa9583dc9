using Pare.Formats;
using Pare.Formats.Container;

namespace Pare.Tests.Formats.Container;

/// <summary>Models of strangers, as exported.</summary>
public class ContainerRealModelsTests
{
    private const string Mnist = "models/mnist-8.onnx", ResNet20 = "models/resnet-cifar10/resnet20-cifar10.onnx";

    [SharedDataFact(Mnist)]
    public void Read_MnistWritten_IsTheSame() => RoundTrips(Mnist);

    [SharedDataFact(ResNet20)]
    public void Read_ResNet20Written_IsTheSame() => RoundTrips(ResNet20);

    private static void RoundTrips(string file)
    {
        Model model = ModelFile.Load(SharedData.PathOf(file));
        foreach (KeptNames names in Enum.GetValues<KeptNames>())
        {
            using var stream = new MemoryStream();
            PartSizes sizes = ContainerWriter.Write(model, stream, new ContainerOptions { Names = names });
            stream.Position = 0;
            Model read = ContainerReader.Read(stream);
            ModelComparison.FirstDifference(ContainerNames.Keep(model, names), read, CancellationToken.None).ShouldBeNull();
            sizes.StructureBytes.ShouldBeLessThan(20 * model.Nodes.Length + 400);
            sizes.TotalBytes.ShouldBeLessThan(new FileInfo(SharedData.PathOf(file)).Length);
        }
    }
}
