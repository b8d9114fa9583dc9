namespace Pare.Compression.Zoo.Networks;

/// <summary>The convolutions of the VGG networks.</summary>
/// <remarks>Simonyan and Zisserman, "Very Deep Convolutional Networks", ICLR 2015, table 1: columns A, D and E.</remarks>
internal static class VggChannels
{
    private static readonly int[] Stages = [64, 128, 256, 512, 512];

    /// <summary>Channels of the convolutions in order; 0 stands for a pooling.</summary>
    /// <param name="depth">Layers with weights, the three fully connected ones counted.</param>
    public static IEnumerable<int> Of(int depth)
    {
        int[] convolutions = depth switch { 11 => [1, 1, 2, 2, 2], 16 => [2, 2, 3, 3, 3], _ => [2, 2, 4, 4, 4] };
        return Stages.Zip(convolutions).SelectMany(stage => Enumerable.Repeat(stage.First, stage.Second).Append(0));
    }
}
