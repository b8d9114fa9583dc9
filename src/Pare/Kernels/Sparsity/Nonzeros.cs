namespace Pare.Kernels.Sparsity;

/// <summary>The numbers of a matrix that are not 0, gathered while the matrix is decoded some rows at a time.</summary>
/// <param name="most">How many there are at most.</param>
internal sealed class Nonzeros(int most)
{
    private readonly int[] _outputs = new int[most];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>The numbers.</summary>
    public float[] Values { get; } = new float[most];

    /// <summary>For each the input that it is multiplied with.</summary>
    public ushort[] Inputs { get; } = new ushort[most];

    /// <summary>Adds those of some rows.</summary>
    /// <param name="numbers">[rows, length].</param>
    /// <param name="first">The first row.</param>
    /// <param name="length">Numbers of a row.</param>
    /// <param name="byOutput">Rows are outputs; otherwise they are inputs.</param>
    /// <exception cref="InvalidOperationException">There are too many.</exception>
    public void Add(ReadOnlySpan<float> numbers, int first, int length, bool byOutput)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            if (numbers[i] == 0) continue;
            if (Count == Values.Length) throw new InvalidOperationException($"The weight has more than the {Values.Length} numbers that it stores.");
            (int row, int column) = Math.DivRem(i, length);
            _outputs[Count] = byOutput ? first + row : column;
            Inputs[Count] = checked((ushort)(byOutput ? column : first + row));
            Values[Count++] = numbers[i];
        }
    }

    /// <summary>Where the numbers of each output begin in an order that keeps inputs ascending, their end last; and that order.</summary>
    public (int[] Starts, int[] Order) ByOutput(int outputs)
    {
        var starts = new int[outputs + 1];
        for (int i = 0; i < Count; i++) starts[_outputs[i] + 1]++;
        for (int o = 0; o < outputs; o++) starts[o + 1] += starts[o];
        int[] next = [.. starts];
        var order = new int[Count];
        for (int i = 0; i < Count; i++) order[next[_outputs[i]]++] = i;
        return (starts, order);
    }
}
