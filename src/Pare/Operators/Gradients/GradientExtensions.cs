namespace Pare.Operators;

/// <summary>Steps that the gradients of many operators share.</summary>
internal static class GradientExtensions
{
    /// <summary>The lengths of an input as a value: a constant where they are numbers, so that the input need not be kept.</summary>
    public static string ShapeOf(this GradientScope s, int input)
    {
        Shape shape = s.Type(input).Shape;
        return shape.IsFixed
            ? s.Constant(Tensor.Vector<long>([.. shape.Fixed.Select(d => (long)d)]))
            : s.Add(new ShapeOf(), s.Node.Input(input));
    }

    /// <summary>Zeros of the type and shape of an input.</summary>
    public static string Zeros(this GradientScope s, int input) =>
        s.Add(ConstantOfShape.Of(Elements.Zero(s.Type(input).DType)), s.ShapeOf(input));

    /// <summary>A gradient under the shape of an input of as many elements.</summary>
    public static string ReshapeTo(this GradientScope s, string gradient, int input)
    {
        Shape shape = s.Type(input).Shape;
        if (shape.Count(d => !d.IsKnown) > 1 || shape.Contains(0)) return s.Add(new Reshape { AllowZero = true }, gradient, s.ShapeOf(input));
        long[] wish = [.. shape.Select(d => d.IsKnown ? d.Constant : -1)];
        return s.Add(new Reshape(), gradient, s.Constant(Tensor.Vector<long>(wish)));
    }

    /// <summary>The gradient of an operator that only changes the shape of input 0.</summary>
    public static void PassReshaped(this GradientScope s)
    {
        if (s.Needs(0)) s.InputGradient(0, s.ReshapeTo(s.OutputGradient(), 0));
    }

    /// <summary>Sums a gradient over the axes along which an input was broadcast, and adds it to that input's gradient.</summary>
    public static void BroadcastGradient(this GradientScope s, int input, string gradient, Shape? gradientShape = null)
    {
        Shape from = gradientShape ?? s.OutputType().Shape, to = s.Type(input).Shape;
        int lead = from.Rank - to.Rank;
        long[] leading = [.. Enumerable.Range(0, lead).Select(a => (long)a)];
        long[] repeated = [.. Enumerable.Range(lead, to.Rank).Where(a => to[a - lead] == 1 && from[a] != 1).Select(a => (long)a)];
        for (int axis = 0; axis < to.Rank; axis++)
            if (to[axis] != 1 && to[axis] != from[axis + lead] && !to[axis].IsKnown)
                throw new UnsupportedException($"Node {s.Node}: whether axis {axis} of input {input} {to} is repeated to {from} is not known before running, so it has no gradient. Bind the names first.");
        if (repeated.Length > 0) gradient = s.Sum(gradient, repeated, keepAxes: true);
        if (lead > 0) gradient = s.Sum(gradient, leading, keepAxes: false);
        s.InputGradient(input, gradient);
    }

    /// <summary>A sum over axes.</summary>
    public static string Sum(this GradientScope s, string value, long[] axes, bool keepAxes = false) =>
        s.Add(new Reduction(ReductionFunction.Sum) { KeepAxes = keepAxes }, value, s.Constant(Tensor.Vector<long>(axes)));

    /// <summary>A number as a constant of the output's type.</summary>
    public static string Number(this GradientScope s, double value) =>
        s.Constant(s.OutputType().DType == DType.F64 ? Tensor.Scalar(value) : Tensor.Scalar((float)value));

    /// <summary>The shape that an input's integers say, for operators whose last inputs carry lengths.</summary>
    public static Shape ShapeFrom(this InferScope s, int input) =>
        s.Integers(input) is { } dims ? new Shape(dims) : s.UnknownShape(s.ShapeOfRank(input, 1, 1).Fixed[0]);
}
