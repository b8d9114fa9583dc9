using System.Diagnostics.CodeAnalysis;

namespace Pare;

/// <summary>What an operator sees when it adds the nodes that compute its gradients (reverse mode).</summary>
public abstract class GradientScope
{
    /// <summary>The node that is differentiated.</summary>
    public abstract Node Node { get; }

    /// <summary>True where the gradient of an input is wanted: it leads to a trained weight.</summary>
    public abstract bool Needs(int input);

    /// <summary>The type of an input.</summary>
    public abstract TensorType Type(int input);

    /// <summary>The type of an output.</summary>
    public abstract TensorType OutputType(int output = 0);

    /// <summary>The value that holds the loss's gradient with respect to an output; an output that the loss does not use has a gradient of zeros.</summary>
    public abstract string OutputGradient(int output = 0);

    /// <summary>Adds a node and returns the names of its outputs.</summary>
    public abstract string[] Add(Operator op, int outputs, params ReadOnlySpan<string> inputs);

    /// <summary>Adds a node of one output and returns that output's name.</summary>
    public string Add(Operator op, params ReadOnlySpan<string> inputs) => Add(op, 1, inputs)[0];

    /// <summary>Adds a constant and returns its name.</summary>
    public abstract string Constant(Tensor value);

    /// <summary>Adds <paramref name="value"/> to the gradient of an input. Where that input was broadcast, the operator has to sum first.</summary>
    public abstract void InputGradient(int input, string value);

    /// <summary>Says that there is no gradient.</summary>
    /// <exception cref="UnsupportedException">Always; it names the node.</exception>
    [DoesNotReturn]
    public void Refuse() => throw new UnsupportedException(
        $"Node {Node} has no gradient, so what lies before it cannot be trained. Freeze those layers, or take the node out of the trained path.");
}
