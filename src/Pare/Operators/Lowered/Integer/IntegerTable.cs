namespace Pare.Operators;

/// <summary>A function of one integer of 8 bits, as a table: any element-wise function, or a change of scale. Plans are lowered to it, files never hold it.</summary>
/// <param name="Type">The result's type, U8 or I8.</param>
/// <param name="Table">256 results: for 0 to 255, or, where the input is I8, for -128 to 127.</param>
internal sealed record IntegerTable(DType Type, ValueList<int> Table) : Operator
{
    /// <inheritdoc/>
    public override string Name => "IntegerTable";

    /// <inheritdoc/>
    public override bool CanOverwrite(int input) => true;

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, 1);
        s.Holds(0, DType.U8, DType.I8);
        s.Output(Type, s.Shape(0));
    }

    /// <inheritdoc/>
    public override OperatorCost Cost(InferScope s) => new(0, s.Shape(0).Elements);

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Wholes x = new(inputs[0]!), y = new(outputs[0]);
        long least = Quantization.Range(inputs[0]!.DType).Least;
        for (int i = 0; i < y.Length; i++) y[i] = Table[(int)(x[i] - least)];
    }
}
