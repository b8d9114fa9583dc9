namespace Pare.Operators;

/// <summary>
/// The mean over rows of -sum of t log softmax(x), a scalar. Inputs logits x [N, C] and labels [N] (I32 or I64);
/// t = (1 - smoothing) for the label + smoothing / C for each class.
/// </summary>
public sealed record SoftmaxCrossEntropy : Operator
{
    /// <summary>The part of the target that is spread over all classes, 0 to 1.</summary>
    public float Smoothing { get; init; }

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("SoftmaxCrossEntropy", r => new SoftmaxCrossEntropy { Smoothing = r.Float("smoothing", 0) }, PareDomain.Name);

    /// <inheritdoc/>
    public override string Name => "SoftmaxCrossEntropy";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 2);
        CheckInputs(s, 0);
        s.Output(s.RealType(0), Shape.Scalar);
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var x = new Reals(inputs[0]!);
        int rows = inputs[0]!.Dims[0], classes = inputs[0]!.Dims[1];
        double loss = 0;
        for (int n = 0; n < rows; n++)
        {
            int label = Label(inputs[1]!, n, classes);
            double log = LogSum(x, n * classes, classes);
            for (int c = 0; c < classes; c++) loss += Target(c, label, classes) * (log - x[n * classes + c]);
        }
        var y = new Reals(outputs[0]);
        y[0] = loss / rows;
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientScope s)
    {
        if (s.Needs(0))
            s.InputGradient(0, s.Add(new SoftmaxCrossEntropyGradient { Smoothing = Smoothing }, s.OutputGradient(), s.Node.Input(0), s.Node.Input(1)));
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w) => w.Float("smoothing", Smoothing);

    /// <summary>The target of a class.</summary>
    internal double Target(int c, int label, int classes) => (c == label ? 1 - Smoothing : 0) + Smoothing / (double)classes;

    /// <summary>log of the sum of exp over a row, without overflow.</summary>
    internal static double LogSum(Reals x, int start, int count)
    {
        double most = double.NegativeInfinity, sum = 0;
        for (int c = 0; c < count; c++) most = Math.Max(most, x[start + c]);
        for (int c = 0; c < count; c++) sum += Math.Exp(x[start + c] - most);
        return most + Math.Log(sum);
    }

    /// <summary>A label.</summary>
    /// <exception cref="DataException">It is no class.</exception>
    internal static int Label(Tensor labels, int n, int classes)
    {
        long label = new Wholes(labels)[n];
        return label >= 0 && label < classes
            ? (int)label
            : throw new DataException($"The label of sample {n} of the batch is {label}; the model has {classes} classes, so it must be in [0, {classes - 1}].");
    }

    /// <summary>Checks logits and labels, which stand one after the other.</summary>
    internal static void CheckInputs(InferScope s, int first)
    {
        s.RealType(first);
        s.Holds(first + 1, DType.I64, DType.I32);
        Shape logits = s.ShapeOfRank(first, 2, 2), labels = s.ShapeOfRank(first + 1, 1, 1);
        if (!logits[0].Agrees(labels[0])) throw s.Fail($"there are {logits[0]} rows of logits and {labels[0]} labels; they must be as many.");
    }
}
