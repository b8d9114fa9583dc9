namespace Pare.Operators;

/// <summary>
/// Turns pairs of numbers of each head by angles that follow from their position. Inputs x [N, heads, T, size] or [N, T, heads * size],
/// cosines and sines [positions, dims / 2] or, without position ids, [N, T, dims / 2], position ids [N, T] (I64, optional).
/// </summary>
/// <remarks>Su and others, "RoFormer", 2021.</remarks>
public sealed record RotaryEmbedding : Operator
{
    /// <summary>A pair is two neighbours, otherwise the same place of both halves.</summary>
    public bool Interleaved { get; init; }

    /// <summary>Heads of an input of three axes.</summary>
    public int Heads { get; init; }

    /// <summary>How many of each head's numbers are turned; 0: all.</summary>
    public int RotaryDims { get; init; }

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("RotaryEmbedding", r => new RotaryEmbedding
    {
        Interleaved = r.Flag("interleaved"),
        Heads = r.Int32("num_heads", 0, least: 0),
        RotaryDims = r.Int32("rotary_embedding_dim", 0, least: 0),
    }, SinceOpset: 23);

    /// <inheritdoc/>
    public override string Name => "RotaryEmbedding";

    /// <inheritdoc/>
    public override bool IsTrained(int input) => input == 0;

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(3, 4);
        s.RealType(0);
        Shape x = s.ShapeOfRank(0, 3, 4);
        if (x.Rank == 3 && (Heads == 0 || (x[2].IsKnown && x[2].Constant % Heads != 0)))
            throw s.Fail($"the input {x} has three axes; 'num_heads' is {Heads}, it must divide the last.");
        Dim? size = x.Rank == 4 ? x[3] : Dim.Divide(x[2], Heads), turned = RotaryDims > 0 ? RotaryDims : size;
        int rank = s.Has(3) ? 2 : 3;
        for (int i = 1; i < 3; i++)
        {
            s.SameType(0, i);
            if (turned is { } dims && !(s.ShapeOfRank(i, rank, rank)[^1] * 2).Agrees(dims))
                throw s.Fail($"input {i} ('{s.Node.Input(i)}') is {s.Shape(i)}; {dims} numbers are turned, so its last axis must be half of that.");
        }
        if (s.Has(3)) s.Holds(3, DType.I64);
        s.Output(0, s.Type(0));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor input = inputs[0]!;
        Reals x = new(input), cosines = new(inputs[1]!), sines = new(inputs[2]!), y = new(outputs[0]);
        bool four = input.Shape.Rank == 4;
        int heads = four ? input.Dims[1] : Heads, steps = input.Dims[four ? 2 : 1], size = four ? input.Dims[3] : input.Dims[2] / heads;
        int turned = RotaryDims > 0 ? RotaryDims : size, half = turned / 2;
        for (int row = 0; row < x.Length / Math.Max(1, size); row++)
        {
            int position = four ? row / (heads * steps) * steps + row % steps : row / heads, start = row * size;
            if (inputs.Length > 3 && inputs[3] is { } ids) position = checked((int)ids.As<long>()[position]);
            for (int i = 0; i < half; i++)
            {
                int first = start + (Interleaved ? 2 * i : i), second = Interleaved ? first + 1 : first + half;
                double a = x[first], b = x[second], cosine = cosines[position * half + i], sine = sines[position * half + i];
                y[first] = cosine * a - sine * b;
                y[second] = sine * a + cosine * b;
            }
            for (int i = 2 * half; i < size; i++) y[start + i] = x[start + i];
        }
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Since(23, Name);
        if (Interleaved) w.Flag("interleaved", true);
        if (Heads > 0) w.Int("num_heads", Heads);
        if (RotaryDims > 0) w.Int("rotary_embedding_dim", RotaryDims);
    }
}
