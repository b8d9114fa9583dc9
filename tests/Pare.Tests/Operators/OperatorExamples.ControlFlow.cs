using Pare.Operators;

namespace Pare.Tests.Operators;

public static partial class OperatorExamples
{
    private static IEnumerable<OperatorExample> ControlFlow()
    {
        Operator add = new Binary(BinaryFunctions.Add), multiply = new Binary(BinaryFunctions.Mul);
        var then = new Subgraph(["x"], 1, [new Node("sum", add, ["x", "x"], ["y"])], ["y"]);
        var other = new Subgraph(["x"], 1, [new Node("square", multiply, ["x", "x"], ["y"])], ["y"]);
        yield return new(new If(then, other), [Tensor.Scalar(true), Reals(2, 3)]);
        yield return new(new If(then, other), [Tensor.Scalar(false), Reals(2, 3)], "else");

        // state = state * by + x, also stacked
        Node[] step = [new Node("product", multiply, ["state", "by"], ["p"]), new Node("sum", add, ["p", "x"], ["s"]), new Node("copy", new Identity(), ["s"], ["out"])];
        var round = new Subgraph(["i", "go", "state", "x", "by"], 2, [.. step, new Node("on", new Identity(), ["go"], ["on"])], ["on", "s", "out"]);
        yield return new(new Loop(round), [Tensor.Scalar(3L), Tensor.Scalar(true), Reals(2), Positive(2), Positive(1)]) { Outputs = 2 };
        yield return new(new Loop(round), [Tensor.Scalar(2L), null, Reals(2), Positive(2), Positive(1)], "no condition") { Outputs = 2 };

        var scan = new Subgraph(["state", "x", "by"], 1, step, ["s", "out"]);
        yield return new(new Scan(scan, 1), [Reals(2), Reals(4, 2), Positive(1)]) { Outputs = 2, OldestOpset = 9 };
        yield return new(new Scan(scan, 1) { InputAxes = [1], InputReversed = [1], OutputAxes = [-1], OutputReversed = [1] }, [Reals(2), Reals(2, 4), Positive(1)], "reversed") { Outputs = 2, OldestOpset = 9 };
    }
}
