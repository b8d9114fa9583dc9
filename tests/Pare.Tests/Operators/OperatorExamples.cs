namespace Pare.Tests.Operators;

/// <summary>At least one example for each line of the operator catalog.</summary>
public static partial class OperatorExamples
{
    public static IReadOnlyList<OperatorExample> All { get; } =
    [
        .. Layers(),
        .. MoreLayers(),
        .. ElementWise(),
        .. Shaping(),
        .. Movement(),
        .. Signals(),
        .. Classical(),
        .. Reductions(),
        .. ControlFlow(),
        .. Quantized(),
        .. Losses(),
        .. Gradients(),
        .. FakeQuantized(),
    ];

    public static OperatorExample Find(string name) => All.Single(e => e.ToString() == name);

    /// <summary>Real numbers within [-1, 1], no two equal and none at 0, in a fixed random order: far from every kink.</summary>
    internal static Tensor Reals(params int[] dims) => Spread(Shape.Of(dims), v => v);

    /// <summary>Real numbers within [0.2, 2.2].</summary>
    internal static Tensor Positive(params int[] dims) => Spread(Shape.Of(dims), v => v + 1.2);

    internal static Tensor Spread(Shape shape, Func<double, double> map)
    {
        int count = (int)shape.Elements;
        var values = new double[count];
        for (int i = 0; i < count; i++) values[i] = map((i + 0.37) / count * 2 - 1);
        new Rng(7, (ulong)count).Shuffle<double>(values);
        return Tensor.Of<double>(shape, values);
    }

    internal static Tensor Longs(params long[] values) => Tensor.Vector<long>(values);

    internal static Tensor Number(double value) => Tensor.Scalar(value);
}
