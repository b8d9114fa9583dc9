using System.Collections.Immutable;
using Pare.Operators;

namespace Pare.Compression.Rewriting;

/// <summary>A convolution whose weight is its own and stored in the model: a layer that a rewrite may replace.</summary>
/// <param name="Node">The node.</param>
/// <param name="Conv">Its operator.</param>
/// <param name="WeightShape">[outputs, inputs / groups, kernel...].</param>
/// <param name="Input">The shape of what it reads; lengths may be open.</param>
internal sealed record ConvolutionLayer(Node Node, Conv Conv, Shape WeightShape, Shape Input)
{
    public string Weight => Node.Inputs[1];

    /// <summary>The bias, or "".</summary>
    public string Bias => Node.Input(2);

    /// <summary>The weight's name without ".weight".</summary>
    public string Name => new Layer(Weight, [Node], 0, WeightShape).Name;

    public int Outputs => WeightShape.Fixed[0];

    public int Inputs => WeightShape.Fixed[1] * Conv.Groups;

    public ImmutableArray<int> Kernel { get; } = [.. WeightShape.Fixed.Skip(2)];

    /// <summary>Numbers of one kernel: 9 for 3 x 3.</summary>
    public int Taps => Kernel.Aggregate(1, (a, b) => a * b);

    public bool IsDense => Conv.Groups == 1;

    public int Stride(int axis) => Conv.Window.Strides.IsEmpty ? 1 : Conv.Window.Strides[axis];

    public int Dilation(int axis) => Conv.Window.Dilations.IsEmpty ? 1 : Conv.Window.Dilations[axis];

    /// <summary>"5 x 5 convolution, 20 to 50 channels".</summary>
    public string Title => $"{string.Join(" x ", Kernel)} convolution, {Inputs} to {Outputs} channels{(IsDense ? "" : $" in {Conv.Groups} groups")}";

    /// <summary>All of a model, in its order. A weight that two nodes read belongs to none.</summary>
    public static IEnumerable<ConvolutionLayer> All(Model model)
    {
        var view = new ModelView(model);
        return model.Nodes
            .Where(n => n.Operator is Conv && model.IsTyped(n) && view.IsOwnWeight(n.Inputs[1]))
            .Select(n => new ConvolutionLayer(n, (Conv)n.Operator, model.Weights[n.Inputs[1]].Shape, model.Types[n.Inputs[0]].Shape));
    }
}
