namespace Pare.Formats.Container;

/// <summary>Collects what an operator writes of itself, in the form of the newest opset: nothing is taken out of its inputs.</summary>
internal sealed class AttributeList : OperatorWriter
{
    private readonly Node _node;
    private readonly Model? _model;

    private AttributeList(Node node, Model? model)
    {
        (_node, _model) = (node, model);
        OperatorType = node.Operator.Name;
    }

    /// <summary>The operator set whose forms a file of this version keeps.</summary>
    public const int Forms = 27;

    /// <summary>The operator type that is written.</summary>
    public string OperatorType { get; private set; }

    /// <summary>The attributes, those that the operator does not know last.</summary>
    public List<(string Name, AttributeValue Value)> Items { get; } = [];

    /// <inheritdoc/>
    public override int Opset => Forms;

    /// <inheritdoc/>
    public override bool IsOwnForm => true;

    /// <summary>What a node's operator writes, and the node's other attributes.</summary>
    /// <param name="node">The node.</param>
    /// <param name="model">Its model; null for a node of a body, which sees no constants.</param>
    public static AttributeList Of(Node node, Model? model)
    {
        var list = new AttributeList(node, model);
        node.Operator.Write(list);
        foreach ((string name, AttributeValue value) in node.Extra) list.Attribute(name, value);
        return list;
    }

    /// <inheritdoc/>
    public override void Type(string operatorType) => OperatorType = operatorType;

    /// <inheritdoc/>
    public override void Attribute(string name, AttributeValue value) => Items.Add((name, value));

    /// <inheritdoc/>
    public override Tensor? Constant(int input) => _model?.Constants.GetValueOrDefault(_node.Input(input));

    /// <inheritdoc/>
    public override TensorType? InputType(int input) => _model?.Types.GetValueOrDefault(_node.Input(input));

    /// <inheritdoc/>
    public override bool HasInput(int input) => _node.Input(input).Length > 0;

    /// <inheritdoc/>
    public override Tensor? TakeInput(int input) => throw new UnsupportedException(
        $"{OperatorType} wants to keep its input {input} as an attribute, but a .pare file holds the form of opset {Forms}, where it is an input.");

    /// <inheritdoc/>
    public override void MoveInput(int from, int to) => throw new UnsupportedException(
        $"{OperatorType} wants to move its input {from} to {to}, but a .pare file holds the form of opset {Forms}.");
}
