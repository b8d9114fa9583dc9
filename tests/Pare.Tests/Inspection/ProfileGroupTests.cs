using Pare.Inspection;
using Pare.Operators;

namespace Pare.Tests.Inspection;

public class ProfileGroupTests
{
    [Fact]
    public void Of_DottedNames_GroupsByWords()
    {
        ProfileGroup top = Tree("conv1", "layer1.0.conv1", "layer1.0.conv2", "layer1.1.conv1", "layer2.0.conv1", "fc");
        Text(top).ShouldBe("conv1 layer1(layer1.0(layer1.0.conv1 layer1.0.conv2) layer1.1.conv1) layer2.0.conv1 fc");
        top.Layers.Length.ShouldBe(6);
        top.Children[1].Layers.Length.ShouldBe(3);
    }

    [Fact]
    public void Of_PathsOfPyTorch_GroupsByFolders() =>
        Text(Tree("/conv1/Conv", "/layer1/layer1.0/conv1/Conv", "/layer1/layer1.0/relu/Relu", "/layer1/layer1.1/conv1/Conv", "/fc/Gemm"))
            .ShouldBe("/conv1/Conv /layer1/layer1(/layer1/layer1.0(/layer1/layer1.0/conv1/Conv /layer1/layer1.0/relu/Relu) /layer1/layer1.1/conv1/Conv) /fc/Gemm");

    [Fact]
    public void Of_ANameThatIsAlsoAGroup_StaysALayerInIt() =>
        Text(Tree("conv2", "conv2.depthwise", "conv2.act")).ShouldBe("conv2(conv2 conv2.depthwise conv2.act)");

    [Fact]
    public void Of_OddNames_ComesToAnEnd() => Text(Tree("..", "a.", ".a", "/")).ShouldNotBeEmpty();

    private static ProfileGroup Tree(params string[] names) =>
        ProfileGroup.Of([.. names.Select(n => new LayerProfile { Node = new Node(n, new Identity(), ["x"], [n]) })]);

    private static string Text(ProfileGroup group)
    {
        string inner = string.Join(' ', group.Children.Select(Text));
        return group.Name.Length == 0 ? inner : inner.Length == 0 ? group.Name : $"{group.Name}({inner})";
    }
}
