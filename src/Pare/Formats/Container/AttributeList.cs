using System.Collections.Immutable;

namespace Pare.Formats.Container;

/// <summary>Collects what an operator writes of itself, in the form of the newest opset: nothing is taken out of its inputs.</summary>
internal sealed class AttributeList : OperatorWriter
{
    private readonly Func<int, Tensor?> _constant;

    private AttributeList(Node node, Func<int, Tensor?> constant)
    {
        OperatorType = node.Operator.Name;
        _constant = constant;
    }

    /// <summary>The operator set whose forms a file of this version keeps.</summary>
    public const int Forms = 27;

    /// <summary>The operator type that is written.</summary>
    public string OperatorType { get; private set; }

    /// <summary>The attributes, those that the operator does not know last.</summary>
    public List<(string Name, AttributeValue Value)> Items { get; } = [];

    /// <inheritdoc/>
    public override int Opset => Forms;

    /// <summary>What a node's operator writes, and the node's other attributes.</summary>
    /// <param name="node">The node.</param>
    /// <param name="constants">The model's constants.</param>
    public static AttributeList Of(Node node, ImmutableDictionary<string, Tensor> constants)
    {
        var list = new AttributeList(node, i => constants.GetValueOrDefault(node.Input(i)));
        node.Operator.Write(list);
        foreach ((string name, AttributeValue value) in node.Extra) list.Attribute(name, value);
        return list;
    }

    /// <inheritdoc/>
    public override void Type(string operatorType) => OperatorType = operatorType;

    /// <inheritdoc/>
    public override void Attribute(string name, AttributeValue value) => Items.Add((name, value));

    /// <inheritdoc/>
    public override Tensor? Constant(int input) => _constant(input);

    /// <inheritdoc/>
    public override Tensor? TakeInput(int input) => throw new UnsupportedException(
        $"{OperatorType} wants to keep its input {input} as an attribute, but a .pare file holds the form of opset {Forms}, where it is an input.");
}
