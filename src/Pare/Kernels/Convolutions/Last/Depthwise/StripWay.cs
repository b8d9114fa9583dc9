namespace Pare.Kernels.Convolutions.Last.Depthwise;

/// <summary>How the outputs of a row are computed.</summary>
internal enum StripWay
{
    /// <summary>Any window; outputs of a strip have the same taps.</summary>
    Any,

    /// <summary>Three columns, stride 1; the first output of a row may lack its first tap, the last its last.</summary>
    Three,

    /// <summary>Three columns, stride 2; as <see cref="Three"/>.</summary>
    ThreeByTwo,
}
