using Pare.Operators;

namespace Pare.Tests.Operators;

/// <summary>One use of an operator, for the contract tests. Real numbers are F64 and are inputs of the model, everything else is constant.</summary>
/// <param name="Operator">The operator.</param>
/// <param name="Inputs">Its inputs; null where one is absent.</param>
/// <param name="Case">Tells examples of one operator apart.</param>
public sealed record OperatorExample(Operator Operator, Tensor?[] Inputs, string Case = "")
{
    /// <summary>How many outputs.</summary>
    public int Outputs { get; init; } = 1;

    /// <summary>Inputs that have a gradient; none means that the operator must refuse.</summary>
    public int[] Trained { get; init; } = [];

    /// <summary>Every older opset must refuse to write it.</summary>
    public int OldestOpset { get; init; } = 7;

    /// <summary>Opsets from here on must refuse to write it.</summary>
    public int OpsetTooNew { get; init; } = int.MaxValue;

    /// <summary>The first axis of input 0 may stay open.</summary>
    public bool OpenBatch { get; init; }

    /// <summary>The file form can give the operator another, equal form (an axis from the end).</summary>
    public bool ReadsBackOtherwise { get; init; }

    public string InputName(int i) => Inputs[i] is null ? "" : $"x{i}";

    public bool IsReal(int i) => Inputs[i]?.DType is DType.F32 or DType.F64;

    public Node Node => new("node", Operator, [.. Inputs.Select((_, i) => InputName(i))], [.. Enumerable.Range(0, Outputs).Select(o => $"y{o}")]);

    /// <summary>The example as a model.</summary>
    /// <param name="open">The first axis of input 0 is named N.</param>
    public Model Model(bool open = false)
    {
        var editor = new ModelEditor();
        for (int i = 0; i < Inputs.Length; i++)
        {
            if (Inputs[i] is not { } value) continue;
            if (IsReal(i)) editor.AddInput(InputName(i), new TensorType(value.DType, open && i == 0 ? value.Shape.With(0, Dim.Named("N")) : value.Shape));
            else editor.SetConstant(InputName(i), value);
        }
        editor.Add(Node);
        editor.SetOutputs(Node.Outputs);
        return editor.Build();
    }

    /// <summary>Runs the scalar definition; memory starts as <paramref name="fill"/>, so that what is not written shows.</summary>
    public Tensor[] Evaluate(byte fill = 0)
    {
        Model model = Model();
        Tensor[] outputs = [.. Node.Outputs.Select(o => new Tensor(model.Types[o].DType, model.Types[o].Shape))];
        foreach (Tensor output in outputs) output.Bytes.Fill(fill);
        Operator.Evaluate(Inputs, outputs);
        return outputs;
    }

    /// <summary>The same with real numbers in F32.</summary>
    public OperatorExample Singles() => this with
    {
        Inputs = [.. Inputs.Select(x => x?.DType == DType.F64 ? Tensor.Of<float>(x.Shape, [.. x.As<double>().ToArray().Select(v => (float)v)]) : x)],
        Operator = Operator is Cast { To: DType.F64 } ? new Cast(DType.F32) : Operator,
    };

    public override string ToString() => Case.Length == 0 ? Operator.Name : $"{Operator.Name} {Case}";
}
