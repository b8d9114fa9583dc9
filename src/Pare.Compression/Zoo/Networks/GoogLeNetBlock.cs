namespace Pare.Compression.Zoo.Networks;

/// <summary>Channels of an inception block of GoogLeNet: four branches side by side.</summary>
/// <param name="Name">The block's name.</param>
/// <param name="One">The 1 x 1 branch.</param>
/// <param name="ThreeReduce">The 1 x 1 before the 3 x 3.</param>
/// <param name="Three">The 3 x 3.</param>
/// <param name="FiveReduce">The 1 x 1 before the 5 x 5.</param>
/// <param name="Five">The 5 x 5.</param>
/// <param name="Pool">The 1 x 1 after the pooling.</param>
internal readonly record struct GoogLeNetBlock(string Name, int One, int ThreeReduce, int Three, int FiveReduce, int Five, int Pool)
{
    /// <summary>The blocks of one picture size each.</summary>
    /// <remarks>Szegedy et al., "Going Deeper with Convolutions", CVPR 2015, table 1.</remarks>
    public static GoogLeNetBlock[][] Stages { get; } =
    [
        [new("3a", 64, 96, 128, 16, 32, 32), new("3b", 128, 128, 192, 32, 96, 64)],
        [
            new("4a", 192, 96, 208, 16, 48, 64), new("4b", 160, 112, 224, 24, 64, 64), new("4c", 128, 128, 256, 24, 64, 64),
            new("4d", 112, 144, 288, 32, 64, 64), new("4e", 256, 160, 320, 32, 128, 128),
        ],
        [new("5a", 256, 160, 320, 32, 128, 128), new("5b", 384, 192, 384, 48, 128, 128)],
    ];
}
