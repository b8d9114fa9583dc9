using System.Numerics;

namespace Pare.Operators;

/// <summary>The loops of an einsum: over the output's elements, within them over what is summed.</summary>
internal sealed class EinsumSum
{
    private readonly int[] _outer;      // lengths of the output's axes
    private readonly int[] _inner;      // lengths of the summed axes
    private readonly int[][] _steps;    // for each operand its step along each axis, outer ones first

    public EinsumSum(EinsumLabels labels, Shape[] shapes)
    {
        int[] all = [.. labels.All];
        int[] lengths = [.. all.Select(label => Length(labels, shapes, label))];
        _outer = lengths[..labels.Output.Length];
        _inner = lengths[labels.Output.Length..];
        _steps = [.. shapes.Select((shape, i) => (int[])[.. all.Select(label => Step(labels.Operands[i], shape, label))])];
    }

    /// <summary>The elements of the output.</summary>
    public T[] Run<T>(T[][] operands) where T : INumber<T>
    {
        var result = new T[_outer.Aggregate(1, (product, length) => product * length)];
        int summed = _inner.Aggregate(1, (product, length) => product * length);
        int[] outer = new int[_outer.Length], inner = new int[_inner.Length], at = new int[operands.Length];
        for (int y = 0; y < result.Length; y++)
        {
            T sum = T.Zero;
            for (int k = 0; k < summed; k++)
            {
                T product = operands[0][at[0]];
                for (int i = 1; i < operands.Length; i++) product *= operands[i][at[i]];
                sum += product;
                Next(inner, _inner, _outer.Length, at);
            }
            result[y] = sum;
            Next(outer, _outer, 0, at);
        }
        return result;
    }

    // Counts on, the last axis fastest, and moves every operand along; after the last element all are back at the start.
    private void Next(int[] index, int[] lengths, int first, int[] at)
    {
        for (int axis = lengths.Length - 1; axis >= 0; axis--)
        {
            bool wraps = ++index[axis] == lengths[axis];
            for (int i = 0; i < at.Length; i++) at[i] += wraps ? -(lengths[axis] - 1) * _steps[i][first + axis] : _steps[i][first + axis];
            if (!wraps) return;
            index[axis] = 0;
        }
    }

    private static int Length(EinsumLabels labels, Shape[] shapes, int label)
    {
        int length = 1;
        for (int i = 0; i < shapes.Length; i++)
            for (int axis = 0; axis < shapes[i].Rank; axis++)
                if (labels.Operands[i][axis] == label && shapes[i].Fixed[axis] != 1) length = shapes[i].Fixed[axis];
        return length;
    }

    // A letter that stands twice walks the diagonal: its steps add up.
    private static int Step(int[] operand, Shape shape, int label)
    {
        int step = 0;
        for (int axis = 0; axis < operand.Length; axis++)
            if (operand[axis] == label && shape.Fixed[axis] != 1) step += AxisSlices.Of(shape, axis).Inner;
        return step;
    }
}
