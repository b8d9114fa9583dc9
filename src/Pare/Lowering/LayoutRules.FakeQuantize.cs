namespace Pare.Lowering;

/// <summary>Fake quantization, element by element; its gradient has a step's gradient beside the image.</summary>
internal static partial class LayoutRules
{
    private static bool FakeQuantized(LayoutScope s, Node node)
    {
        if (!IsImage(s, node.Inputs[0])) return false;
        s.Add(node, node.Operator, [s.Last(node.Inputs[0]), .. node.Inputs.Skip(1)], [s.Result(node.Outputs[0])]);
        return true;
    }

    private static bool FakeQuantizedGradient(LayoutScope s, Node node)
    {
        if (!IsImage(s, node.Inputs[0])) return false;
        s.Add(node, node.Operator, [s.Last(node.Inputs[0]), s.Last(node.Inputs[1]), node.Inputs[2]], [s.Result(node.Outputs[0]), .. node.Outputs.Skip(1)]);
        return true;
    }
}
