using System.Collections.Immutable;

namespace Pare;

/// <summary>Writes an operator's attributes into a node of a file, in the form of the file's opset.</summary>
public abstract class OperatorWriter
{
    /// <summary>The version of the operator set that is written.</summary>
    public abstract int Opset { get; }

    /// <summary>True where the file is Pare's own: it may hold what the opset cannot say.</summary>
    public virtual bool IsOwnForm => false;

    /// <summary>Changes the operator type that is written, where it is not the operator's name.</summary>
    public abstract void Type(string operatorType);

    /// <summary>Writes an attribute.</summary>
    public abstract void Attribute(string name, AttributeValue value);

    /// <summary>The value of a constant input, or null.</summary>
    public abstract Tensor? Constant(int input);

    /// <summary>Takes a constant input out of the node, where the written opset keeps it as an attribute (see <see cref="OperatorReader.SetInput"/>).</summary>
    /// <returns>The value, or null where the input is absent.</returns>
    /// <exception cref="UnsupportedException">The input is computed, so that this opset cannot express it.</exception>
    public abstract Tensor? TakeInput(int input);

    /// <summary>Gives an input another place, where the written opset orders its inputs otherwise (see <see cref="OperatorReader.MoveInput"/>).</summary>
    public abstract void MoveInput(int from, int to);

    /// <summary>The type of an input, where the writer knows the model's types; null where it does not, or where the input is absent.</summary>
    public virtual TensorType? InputType(int input) => null;

    /// <summary>False where the optional input is known to be absent.</summary>
    public virtual bool HasInput(int input) => true;

    /// <summary>False where the optional output is known to be absent.</summary>
    public virtual bool HasOutput(int output) => true;

    /// <summary>Writes an integer.</summary>
    public void Int(string name, long value) => Attribute(name, new AttributeValue.Int(value));

    /// <summary>Writes a boolean as the integer 0 or 1.</summary>
    public void Flag(string name, bool value) => Int(name, value ? 1 : 0);

    /// <summary>Writes a float.</summary>
    public void Float(string name, float value) => Attribute(name, new AttributeValue.Float(value));

    /// <summary>Writes a text.</summary>
    public void Text(string name, string value) => Attribute(name, new AttributeValue.Text(value));

    /// <summary>Writes a list of integers; nothing where there is no list.</summary>
    public void Ints(string name, ImmutableArray<long> values)
    {
        if (!values.IsDefault) Attribute(name, new AttributeValue.Ints(values));
    }

    /// <summary>Writes a list of texts; nothing where there is no list.</summary>
    public void Texts(string name, ImmutableArray<string> values)
    {
        if (!values.IsDefault) Attribute(name, new AttributeValue.Texts(values));
    }

    /// <summary>Writes a list of floats; nothing where there is no list.</summary>
    public void Floats(string name, ImmutableArray<float> values)
    {
        if (!values.IsDefault) Attribute(name, new AttributeValue.Floats(values));
    }
}
