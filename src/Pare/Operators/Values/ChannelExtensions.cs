namespace Pare.Operators;

/// <summary>Rules for channels that many operators share.</summary>
internal static class ChannelExtensions
{
    /// <summary>The channels of each index of an axis of an input that does not vary otherwise; <see cref="ChannelMap.Kept"/> where the input has none; null where it varies otherwise.</summary>
    public static int[]? ChannelsAlong(this ChannelScope s, int input, int axis) =>
        s.Input(input) is { } map ? map.Along(axis) : new int[s.Types.Shape(input).Fixed[axis]];

    /// <summary>Output 0 has the channels of input 0, lengths apart along which they do not vary: activations, pooling.</summary>
    public static void Keep(this ChannelScope s, int input = 0)
    {
        if (s.Input(input) is not { } map) return;
        Shape shape = s.OutputShape();
        if (shape.Rank == map.Shape.Rank && Enumerable.Range(0, shape.Rank).All(a => !map.Varies(a) || shape.Fixed[a] == map.Shape.Fixed[a]))
            s.Output(map.WithShape(shape));
        else s.KeepAll("its window lies across channels");
    }

    /// <summary>Like <see cref="Keep"/>, with vectors of one number for each index of axis 1: normalizations.</summary>
    public static void KeepWithVectors(this ChannelScope s, params ReadOnlySpan<int> vectors)
    {
        if (s.Input(0) is not { } map) return;
        if (map.Along(1) is not { } channels) s.KeepAll("channels lie across axes");
        else if (!s.TieAll(vectors, channels)) s.KeepAll("its parameters are computed");
        else s.Keep();
    }

    /// <summary>Ties axis 0 of weights to channels; false where one of them is no weight.</summary>
    public static bool TieAll(this ChannelScope s, ReadOnlySpan<int> inputs, ReadOnlySpan<int> channels)
    {
        foreach (int input in inputs)
            if (s.Types.Has(input) && !s.IsWeight(input)) return false;
        foreach (int input in inputs)
            if (s.Types.Has(input)) s.TieWeight(input, 0, channels);
        return true;
    }

    /// <summary>Output 0 holds elements of the first inputs in another order: it is run on their channels.</summary>
    /// <param name="s">The scope.</param>
    /// <param name="op">The operator.</param>
    /// <param name="moved">How many of the first inputs are moved; the others must be known.</param>
    /// <param name="along">The only axis along which it moves, where that is so: others are shortened to 1 where no channel varies.</param>
    public static void MoveChannels(this ChannelScope s, Operator op, int moved = 1, int? along = null)
    {
        if (s.MovedChannels(op, moved, along) is not { } outputs) return;
        for (int i = 0; i < outputs.Length; i++)
            if (s.Node.Outputs[i].Length > 0) s.Output(ChannelMap.OfCompact(s.OutputShape(i), outputs[i]), i);
    }

    /// <summary>The channels of all outputs as the operator moves them; null where there is nothing to move, or (then said) where that is not known.</summary>
    private static Tensor[]? MovedChannels(this ChannelScope s, Operator op, int moved = 1, int? along = null)
    {
        ChannelMap?[] maps = [.. Enumerable.Range(0, Math.Min(moved, s.Node.Inputs.Length)).Select(i => s.Input(i) ?? s.WeightChannels(i))];
        if (maps.All(m => m is null)) return null;
        Shape Narrow(Shape shape) => along is null ? shape : new(shape.Select((d, a) => a == along || maps.Any(m => m?.Varies(a) == true) ? d : 1));
        var inputs = new Tensor?[s.Node.Inputs.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            if (!s.Types.Has(i)) continue;
            inputs[i] = i >= moved ? s.Types.Known(i) : maps[i]?.WithShape(Narrow(s.Types.Shape(i))).ToTensor() ?? new Tensor(DType.I64, Narrow(s.Types.Shape(i)));
            // These take the shape from their output: a target that follows from names need not be known.
            if (inputs[i] is not null || op is Reshape or Expand) continue;
            s.KeepAll("how it moves elements is not known before running");
            return null;
        }
        Tensor[] outputs = [.. s.Node.Outputs.Select((_, i) => new Tensor(DType.I64, Narrow(s.OutputShape(i))))];
        op.Evaluate(inputs, outputs);
        return outputs;
    }

    /// <summary>Element by element with broadcasting: what meets in one element lives and falls together.</summary>
    public static void ElementWiseChannels(this ChannelScope s)
    {
        Shape shape = s.OutputShape();
        int[] mapped = [.. Enumerable.Range(0, s.Node.Inputs.Length).Where(i => s.Input(i) is not null)];
        if (mapped.Length == 0) return;
        ChannelMap result = mapped.Length == 1 && s.Input(mapped[0])!.Shape.Equals(shape) ? s.Input(mapped[0])! : Joined(s, mapped, shape);
        s.Output(result);
        for (int i = 0; i < s.Node.Inputs.Length; i++)
            if (s.Types.Has(i) && s.Input(i) is null) s.TieOperand(i, result);
    }

    private static ChannelMap Joined(ChannelScope s, int[] mapped, Shape shape)
    {
        Tensor[] parts = [.. mapped.Select(i => s.Input(i)!.ToCompact())];
        var lengths = new int[shape.Rank];
        Array.Fill(lengths, 1);
        foreach (Tensor part in parts)
            for (int axis = 1; axis <= part.Shape.Rank; axis++) lengths[^axis] = Math.Max(lengths[^axis], part.Dims[^axis]);
        var joined = new Tensor(DType.I64, Shape.Of(lengths));
        Span<long> to = joined.As<long>();
        to.Fill(-1);
        foreach (Tensor part in parts)
        {
            ReadOnlySpan<long> from = part.As<long>();
            var operand = new Operand(part.Shape, joined.Shape);
            for (int i = 0; i < to.Length; i++)
            {
                int channel = (int)from[operand.At(i)];
                if (to[i] < 0) to[i] = channel;
                else if (to[i] != channel) s.Tie((int)to[i], channel);
            }
        }
        return ChannelMap.OfCompact(shape, joined);
    }

    /// <summary>New channels for a weight that is moved like data (a class token, a vector that is given more axes), along its one long axis; null where it has more, or is none.</summary>
    public static ChannelMap? WeightChannels(this ChannelScope s, int input)
    {
        if (!s.IsWeight(input)) return null;
        Shape shape = s.Types.Shape(input);
        int[] wide = [.. Enumerable.Range(0, shape.Rank).Where(a => shape.Fixed[a] > 1)];
        if (wide is not [var axis]) return null;
        int[] channels = s.Fresh(shape.Fixed[axis]);
        s.TieWeight(input, axis, channels);
        return ChannelMap.Along(shape, axis, channels);
    }

    /// <summary>
    /// Output 0 is input 0 normalized over some axes, then scaled and shifted by the operands. What is cut counts in the statistics no more:
    /// a cut of channels that are normalized over changes the others, as everywhere where this is done.
    /// </summary>
    public static void KeepWithOperands(this ChannelScope s, params ReadOnlySpan<int> operands)
    {
        if (s.Input(0) is not { } map) return;
        s.Output(map);
        foreach (int input in operands)
            if (s.Types.Has(input)) s.TieOperand(input, map);
    }

    /// <summary>An operand without channels of its own: its indices fall with the result's where it is a weight, and hold them where it is not.</summary>
    public static void TieOperand(this ChannelScope s, int input, ChannelMap result)
    {
        Shape operand = s.Types.Shape(input);
        int before = result.Shape.Rank - operand.Rank;
        for (int axis = 0; axis < operand.Rank; axis++)
        {
            if (operand.Fixed[axis] == 1 || !result.Varies(before + axis)) continue;
            if (s.IsWeight(input) && result.Along(before + axis) is { } channels) s.TieWeight(input, axis, channels);
            else s.KeepAll($"'{s.Node.Input(input)}' is added or multiplied as it is");
        }
    }
}
