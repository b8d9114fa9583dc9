using System.IO.Compression;
using Pare.Operators;

namespace Pare.Tests.Formats.Onnx;

/// <summary>Files that other tools wrote.</summary>
public class RealFilesTests
{
    private const string Mnist = "models/mnist-8.onnx", ResNet20 = "models/resnet-cifar10/resnet20-cifar10.onnx", ResNet32 = "models/resnet-cifar10/resnet32-cifar10.onnx";

    [SharedDataFact(ResNet20)]
    public void Read_ResNet20_HasItsWeightsAndTypes() => ReadResNet(ResNet20, 269_722, 1_376);

    [SharedDataFact(ResNet32)]
    public void Read_ResNet32_HasItsWeightsAndTypes() => ReadResNet(ResNet32, 464_154, 2_272);

    [SharedDataFact(ResNet20)]
    public void Write_ResNet20_ReadsBackTheSameAtEveryOpset()
    {
        Model model = Read(ResNet20);
        RoundTrips(model, oldest: 11);
        // Before opset 11 the pads of Pad were an attribute; this export computes them.
        Should.Throw<UnsupportedException>(() => model.Write(10, OperatorCatalog.Default)).Message.ShouldContain("(Pad)");
    }

    [SharedDataFact(Mnist)]
    public void Write_Mnist_ReadsBackTheSameAtEveryOpset() => RoundTrips(Read(Mnist), oldest: 7);

    [SharedDataFact(Mnist)]
    public void Evaluate_Mnist_TellsTheFirstDigits()
    {
        const int Digits = 20, Pixels = 28 * 28;
        Model model = Read(Mnist);
        byte[] images = Unpack("mnist/t10k-images-idx3-ubyte.gz", 16, Digits * Pixels), labels = Unpack("mnist/t10k-labels-idx1-ubyte.gz", 8, Digits);
        for (int i = 0; i < Digits; i++)
        {
            Tensor image = new(DType.F32, Shape.Of(1, 1, 28, 28));
            for (int k = 0; k < Pixels; k++) image.Floats[k] = images[i * Pixels + k];
            float[] scores = ScalarRun.Run(model, new Dictionary<string, Tensor> { [model.Inputs.Single().Name] = image })[0].Floats.ToArray();
            scores.IndexOf(scores.Max()).ShouldBe(labels[i]);
        }
    }

    private static void ReadResNet(string file, int parameters, int statistics)
    {
        Model model = Read(file);
        model.Inputs.Single().Name.ShouldBe("image");
        model.Types["image"].ToString().ShouldEndWith(", 3, 32, 32]");
        model.Outputs.ShouldBe(["logits"]);
        model.Types["logits"].Shape.Rank.ShouldBe(2);
        model.Types["logits"].Shape[1].ShouldBe((Dim)10);
        model.Metadata.Opset.ShouldBe(13);
        model.Weights.Values.Sum(w => w.Length).ShouldBe(parameters + statistics);
    }

    private static void RoundTrips(Model model, int oldest)
    {
        OnnxFiles.Read(model.Write(operators: OperatorCatalog.Default), OperatorCatalog.Default).ShouldEqual(model);
        for (int opset = oldest; opset <= 27; opset++)
        {
            Model once = OnnxFiles.Read(model.Write(opset, OperatorCatalog.Default), OperatorCatalog.Default);
            once.Nodes.Select(n => (n.Name, n.Operator)).ShouldBe(model.Nodes.Select(n => (n.Name, n.Operator)));
            once.Types[once.Outputs[0]].ShouldBe(model.Types[model.Outputs[0]]);
            OnnxFiles.Read(once.Write(opset, OperatorCatalog.Default), OperatorCatalog.Default).ShouldEqual(once);
        }
    }

    private static Model Read(string file) => OnnxFiles.Read(File.ReadAllBytes(SharedData.PathOf(file)), OperatorCatalog.Default);

    private static byte[] Unpack(string file, int skip, int count)
    {
        using var gzip = new GZipStream(File.OpenRead(SharedData.PathOf(file)), CompressionMode.Decompress);
        gzip.ReadExactly(new byte[skip]);
        var bytes = new byte[count];
        gzip.ReadExactly(bytes);
        return bytes;
    }
}
