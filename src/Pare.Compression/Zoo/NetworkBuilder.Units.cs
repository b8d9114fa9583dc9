using Pare.Operators;

namespace Pare.Compression.Zoo;

/// <summary>The units of modern networks: a convolution without bias, its batch norm, a rectifier. Named NAME.conv, NAME.bn, NAME.relu.</summary>
public sealed partial class NetworkBuilder
{
    /// <summary>A square convolution, batch norm and rectifier.</summary>
    internal NetworkBuilder ConvUnit(string name, int channels, int kernel, int stride = 1, int pad = 0, int groups = 1, float epsilon = 1e-5f) =>
        ConvUnit(name, channels, Window.Square(kernel, stride, pad), groups, epsilon);

    /// <summary>A convolution with any window, batch norm and rectifier.</summary>
    internal NetworkBuilder ConvUnit(string name, int channels, Window window, int groups = 1, float epsilon = 1e-5f) =>
        Conv($"{name}.conv", channels, window, groups, bias: false).BatchNorm($"{name}.bn", epsilon).Relu($"{name}.relu");

    /// <summary>A square convolution and batch norm, no rectifier.</summary>
    internal NetworkBuilder LinearUnit(string name, int channels, int kernel, int stride = 1, int pad = 0, int groups = 1) =>
        Conv($"{name}.conv", channels, kernel, stride, pad, groups, bias: false).BatchNorm($"{name}.bn");

    /// <summary>A window padded so that the picture shrinks by the stride alone, an odd row or column at the end: TensorFlow's "same".</summary>
    internal static Window Same(int rows, int columns, int stride = 1) => new([rows, columns], [stride, stride], AutoPad: AutoPad.SameUpper);
}
