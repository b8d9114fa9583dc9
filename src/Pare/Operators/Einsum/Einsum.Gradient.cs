namespace Pare.Operators;

public sealed partial record Einsum
{
    /// <inheritdoc/>
    // The gradient of an operand is an einsum of dy and the other operands. Axes that these do not have in full length are put in by
    // Reshape and Expand: the operand was summed along them alone (dy is repeated), or was itself repeated (dy is summed).
    public override void Differentiate(GradientScope s)
    {
        int count = s.Node.Inputs.Length;
        EinsumLabels labels = EinsumLabels.Parse(Equation, [.. Enumerable.Range(0, count).Select(i => s.Type(i).Shape.Rank)]);
        Dictionary<int, Dim> lengths = Full(s, labels);
        for (int input = 0; input < count; input++)
        {
            if (!s.Needs(input)) continue;
            int[] own = labels.Operands[input];
            Shape x = s.Type(input).Shape;
            if (own.Distinct().Count() != own.Length) s.Refuse();
            int[] others = [.. Enumerable.Range(0, count).Where(i => i != input)];
            int[] kept = [.. own.Where((label, axis) => x[axis] == lengths[label] && (labels.Output.Contains(label) || others.Any(HasInFull(label))))];
            string equation = EinsumLabels.Equation([labels.Output, .. others.Select(i => labels.Operands[i])], kept);
            string gradient = s.Add(new Einsum(equation), [s.OutputGradient(), .. others.Select(i => s.Node.Input(i))]);
            if (kept.Length < own.Length) gradient = Widened(s, gradient, x, own, kept);
            s.InputGradient(input, gradient);
        }

        Func<int, bool> HasInFull(int label) => i =>
            Array.IndexOf(labels.Operands[i], label) is >= 0 and int axis && s.Type(i).Shape[axis] == lengths[label];
    }

    private static string Widened(GradientScope s, string gradient, Shape x, int[] own, int[] kept)
    {
        if (!x.IsFixed) s.Refuse();
        long[] wish = [.. own.Select((label, axis) => kept.Contains(label) ? (long)x.Fixed[axis] : 1)];
        string reshaped = s.Add(new Reshape(), gradient, s.Constant(Tensor.Vector<long>(wish)));
        long[] full = [.. x.Fixed.Select(d => (long)d)];
        return wish.SequenceEqual(full) ? reshaped : s.Add(new Expand(), reshaped, s.Constant(Tensor.Vector<long>(full)));
    }

    private static Dictionary<int, Dim> Full(GradientScope s, EinsumLabels labels)
    {
        var lengths = new Dictionary<int, Dim>();
        for (int i = 0; i < labels.Operands.Length; i++)
            for (int axis = 0; axis < labels.Operands[i].Length; axis++)
                if (lengths.GetValueOrDefault(labels.Operands[i][axis], 1) == 1) lengths[labels.Operands[i][axis]] = s.Type(i).Shape[axis];
        return lengths;
    }
}
