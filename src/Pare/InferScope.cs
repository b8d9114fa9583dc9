using System.Collections.Immutable;

namespace Pare;

/// <summary>What an operator sees of a node when types are derived.</summary>
public abstract class InferScope
{
    /// <summary>The node.</summary>
    public abstract Node Node { get; }

    /// <summary>True where the optional input is there.</summary>
    public bool Has(int input) => Node.Input(input).Length > 0;

    /// <summary>How many inputs the node names.</summary>
    public int InputCount => Node.Inputs.Length;

    /// <summary>The type of an input.</summary>
    /// <exception cref="ModelException">The input is absent.</exception>
    public abstract TensorType Type(int input);

    /// <summary>The shape of an input.</summary>
    public Shape Shape(int input) => Type(input).Shape;

    /// <summary>
    /// The elements of an integer input (row-major), each a number or a form of names, where they are known before running; null
    /// where they are not. This is how Reshape sees [N, -1] though N is open.
    /// </summary>
    public abstract ImmutableArray<Dim>? Integers(int input);

    /// <summary>The whole value of an input that does not depend on the model's inputs, or null.</summary>
    public abstract Tensor? Constant(int input);

    /// <summary>Sets the type of an output.</summary>
    public abstract void Output(int output, TensorType type);

    /// <summary>Sets the elements of an integer output that are known before running.</summary>
    public abstract void OutputIntegers(int output, ImmutableArray<Dim> values);

    /// <summary>A length that is not known before running and follows from no name: a fresh name.</summary>
    public Dim Unknown(int axis) => Dim.Named($"{Node.Name}.{axis}");

    /// <summary>Sets the only output's type.</summary>
    public void Output(DType type, Shape shape) => Output(0, new TensorType(type, shape));

    /// <summary>An error that names the node.</summary>
    public ModelException Fail(string message) => new($"Node {Node}: {message}");

    /// <summary>The shape of an input that must have a given rank.</summary>
    /// <exception cref="ModelException">It has another.</exception>
    public Shape ShapeOfRank(int input, int least, int most)
    {
        Shape shape = Shape(input);
        return shape.Rank >= least && shape.Rank <= most ? shape
            : throw Fail($"input {input} ('{Node.Input(input)}') has the shape {shape}; {(least == most ? $"{least}" : $"{least} to {most}")} axes are needed.");
    }
}
