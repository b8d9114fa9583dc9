namespace Pare.Formats.Container;

/// <summary>Text that the structure model has seen before a section begins, so that the usual names cost a few bits. Part of the format.</summary>
internal static class StructureDictionary
{
    private static readonly string[] Texts =
    [
        "pare.source", "pare.mean", "pare.deviation", "pare.layout", "pare.input.mean", "pare.input.std", "pare.input.scale", "0.00392156862745098", "NCHW",
        "squeezenet", "mobilenet", "resnet-20", "resnet-56", "vgg-16", "lenet-300-100", "lenet-5", "MatMul", "Softmax", "LogSoftmax", "Sigmoid", "Tanh",
        "Clip", "Concat", "Slice", "Pad", "Reshape", "Transpose", "transB", "transA", "alpha", "beta", "Unsqueeze", "Squeeze", "axes", "Gather", "Shape", "Constant",
        "value", "Identity", "Dropout", "Cast", "to", "Mul", "Sub", "Div", "Add", "QuantizeLinear", "DequantizeLinear", "GlobalAveragePool",
        "AveragePool", "count_include_pad", "ceil_mode", "auto_pad", "NOTSET", "BatchNormalization", "epsilon", "momentum", "training_mode",
        "layer1.0.conv1.weight", "layer1.0.bn1.weight", "layer1.0.bn1.bias", "layer1.0.bn1.running_mean", "layer1.0.bn1.running_var",
        "layer2.0.conv2.weight", "layer3.1.bn2.bias", "layer2.0.downsample.0.weight", "features.0.weight", "features.0.bias", "classifier.6.weight",
        "conv1", "relu1", "pool1", "conv2", "pool2", "flatten", "fc1", "relu3", "fc2", "fc3", "ip1", "ip2",
        "scaled", "integer", "sparse", "codebook", "dense", "input", "image", "batch", "N",
        "conv1.weight", "conv1.bias", "conv2.weight", "conv2.bias", "fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias", "fc3.weight", "fc3.bias",
        "Conv", "dilations", "group", "kernel_shape", "pads", "strides", "Relu", "MaxPool", "storage_order", "Flatten", "axis", "Gemm", "output", "logits",
    ];

    /// <summary>Each text followed by a zero byte, as in the string table of a structure section.</summary>
    public static byte[] Bytes { get; } = System.Text.Encoding.ASCII.GetBytes(string.Concat(Texts.Select(t => t + '\0')));
}
