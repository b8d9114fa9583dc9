namespace Pare;

/// <summary>What of a file a <see cref="ForeignOperator"/> stands for.</summary>
public enum ForeignKind
{
    /// <summary>A node.</summary>
    Node,
    /// <summary>An initializer of a type that Pare lacks: a node without inputs, that gives its value.</summary>
    Initializer,
    /// <summary>An input of a type that Pare lacks: a node without inputs.</summary>
    Input,
}
