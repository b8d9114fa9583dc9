using Pare.Operators;
using Pare.Tests.Formats.Onnx;

namespace Pare.Tests.Operators;

/// <summary>The gradient nodes of one node, with what they read as inputs of a model.</summary>
internal sealed class GradientGraph : GradientScope
{
    private readonly OperatorExample _example;
    private readonly Model _forward;
    private readonly ModelEditor _editor = new();
    private readonly Dictionary<int, string> _gradients = [];

    public GradientGraph(OperatorExample example)
    {
        _example = example;
        _forward = example.Model();
        foreach ((string name, TensorType type) in _forward.Inputs) _editor.AddInput(name, type);
        foreach ((string name, Tensor value) in _forward.Constants) _editor.SetConstant(name, value);
        foreach (string output in example.Node.Outputs)
        {
            _editor.AddInput(output, _forward.Types[output]);
            _editor.AddInput("d" + output, _forward.Types[output]);
        }
    }

    public override Node Node => _example.Node;

    public override bool Needs(int input) => _example.Trained.Contains(input);

    public override TensorType Type(int input) => _forward.Types[Node.Input(input)];

    public override TensorType OutputType(int output = 0) => _forward.Types[Node.Outputs[output]];

    public override string OutputGradient(int output = 0) => "d" + Node.Outputs[output];

    public override string[] Add(Operator op, int outputs, params ReadOnlySpan<string> inputs)
    {
        string name = _editor.FreshNode(op.Name);
        string[] made = [.. Enumerable.Range(0, outputs).Select(o => $"{name}:{o}")];
        _editor.Add(new Node(name, op, [.. inputs], [.. made]));
        return made;
    }

    public override string Constant(Tensor value) => _editor.SetConstant(_editor.FreshValue("constant"), value);

    public override void InputGradient(int input, string value) =>
        _gradients[input] = _gradients.TryGetValue(input, out string? sum) ? Add(new Binary(BinaryFunctions.Add), sum, value) : value;

    /// <summary>The gradients of the trained inputs, for the given values of the forward outputs and their gradients.</summary>
    public Dictionary<int, Tensor> Run(Tensor[] outputs, Tensor[] outputGradients)
    {
        _example.Operator.Differentiate(this);
        _gradients.Keys.Order().ShouldBe(_example.Trained.Order(), "each trained input has a gradient, and no other");
        _editor.SetOutputs(_gradients.Values);
        Model model = _editor.Build();
        var values = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        for (int i = 0; i < _example.Inputs.Length; i++)
            if (_example.IsReal(i)) values[_example.InputName(i)] = _example.Inputs[i]!;
        for (int o = 0; o < outputs.Length; o++)
        {
            values[Node.Outputs[o]] = outputs[o];
            values["d" + Node.Outputs[o]] = outputGradients[o];
        }
        Tensor[] found = ScalarRun.Run(model, values);
        return _gradients.Keys.Zip(found).ToDictionary(p => p.First, p => p.Second);
    }
}
