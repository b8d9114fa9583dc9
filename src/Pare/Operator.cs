using System.Collections.Immutable;
using System.Text;

namespace Pare;

/// <summary>
/// What a node computes, with its attributes as typed properties. The scalar <see cref="Evaluate"/> is the definition: every kernel
/// and every line of generated C is tested against it. Attributes and inputs follow the newest ONNX form of the operator.
/// </summary>
public abstract record Operator : INamed
{
    /// <summary>The ONNX operator type, for example "Conv".</summary>
    public abstract string Name { get; }

    /// <summary>Derives the types of the outputs, and their values where they are integers known before running.</summary>
    /// <exception cref="ModelException">The inputs do not fit.</exception>
    public abstract void Infer(InferScope s);

    /// <summary>Computes the outputs, plainly. Inputs that are absent are null; outputs are allocated with the inferred types.</summary>
    public abstract void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs);

    /// <summary>What one run costs; nothing for operators that only move numbers. Asked only where every input's shape is fixed.</summary>
    public virtual OperatorCost Cost(InferScope s) => default;

    /// <summary>The axis of input <paramref name="input"/> that is the output channel, or null where that input is no weight.</summary>
    public virtual int? WeightAxis(int input) => null;

    /// <summary>False where input <paramref name="input"/> is never trained though it is a weight: running statistics.</summary>
    public virtual bool IsTrained(int input) => true;

    /// <summary>True where the only output holds the elements of input 0 in the same order, so that a plan lets both share memory.</summary>
    public virtual bool IsView => false;

    /// <summary>
    /// True where output 0 may lie in the memory of an input of the same type that nobody reads afterwards: each element of the output
    /// depends on that element of the input alone, and definition and kernels read it before they write it.
    /// </summary>
    public virtual bool CanOverwrite(int input) => false;

    /// <summary>Says which channels of the outputs depend on which channels of the inputs, so that channels can really be taken out.</summary>
    /// <remarks>An operator that does not say it is a barrier: what it reads stays whole.</remarks>
    public virtual void Channels(ChannelScope s) => s.KeepAll($"{Name} has no rule for channels");

    /// <summary>The operator as it must be once channels are cut; it may give the node other constants.</summary>
    public virtual Operator Cut(CutScope s) => this;

    /// <summary>The bodies that it holds; all read the same values from outside, the node's last inputs.</summary>
    public virtual ImmutableArray<Subgraph> Bodies => [];

    /// <summary>The same with other bodies, as many as <see cref="Bodies"/>.</summary>
    public virtual Operator WithBodies(ImmutableArray<Subgraph> bodies) => this;

    /// <summary>Adds the nodes that compute the gradients of the inputs: training is a graph too.</summary>
    public virtual void Differentiate(GradientScope s) => s.Refuse();

    /// <summary>
    /// For an operator that rounds: the smooth operator whose derivative at these inputs <see cref="Differentiate"/> gives in the place of its
    /// own. Others are their own surrogate.
    /// </summary>
    /// <param name="inputs">The inputs, as <see cref="Evaluate"/> has them.</param>
    public virtual Operator Surrogate(ReadOnlySpan<Tensor?> inputs) => this;

    /// <summary>Writes the attributes.</summary>
    public virtual void Write(OperatorWriter w) { }

    /// <summary>Prints the name; what derives from it prints its attributes behind, so that operators that differ print otherwise.</summary>
    protected virtual bool PrintMembers(StringBuilder builder)
    {
        builder.Append(Name);
        return true;
    }
}

/// <summary>What one run of an operator costs.</summary>
/// <param name="Macs">Multiply-accumulates of convolutions and products, bias excluded.</param>
/// <param name="Operations">
/// Everything else: additions (a bias: one for each output), multiplications, comparisons, functions such as exp, one each. A count of
/// what the definition says, not of what a processor does.
/// </param>
public readonly record struct OperatorCost(long Macs, long Operations = 0);

/// <summary>A line of the operator catalog: how an operator is read.</summary>
/// <param name="Name">The operator type in files.</param>
/// <param name="Read">Makes the operator from a node's attributes.</param>
/// <param name="Domain">The operator set: "" is ONNX's own.</param>
/// <param name="SinceOpset">The first opset whose form is read.</param>
public sealed record OperatorSpec(string Name, Func<OperatorReader, Operator> Read, string Domain = "", int SinceOpset = 1) : INamed;
