namespace Pare.Compression.Evaluation;

/// <summary>Adds up how well outputs agree with labels. NaN never counts as right.</summary>
internal struct Score
{
    private const int Top = 5;

    /// <summary>Samples so far.</summary>
    public int Samples;

    /// <summary>Samples whose greatest output is not at the label; of equal ones the first counts.</summary>
    public int Errors;

    /// <summary>Samples whose label is not among the five greatest outputs.</summary>
    public int TopFiveErrors;

    /// <summary>Sum of the cross-entropies, in nats.</summary>
    public double Loss;

    /// <summary>Counts the samples of a batch.</summary>
    /// <param name="outputs">[samples, classes], row-major; it may be longer.</param>
    /// <param name="labels">One a sample.</param>
    /// <param name="classes">Outputs a sample.</param>
    public void Count(ReadOnlySpan<float> outputs, ReadOnlySpan<int> labels, int classes)
    {
        for (int i = 0; i < labels.Length; i++)
        {
            int rank = Rank(outputs.Slice(i * classes, classes), labels[i]);
            if (rank > 0) Errors++;
            if (rank >= Top) TopFiveErrors++;
        }
        Samples += labels.Length;
    }

    /// <summary>Adds the cross-entropies of a batch.</summary>
    /// <param name="outputs">As for <see cref="Count"/>.</param>
    /// <param name="labels">One a sample.</param>
    /// <param name="classes">Outputs a sample.</param>
    /// <param name="probabilities">Whether outputs are probabilities rather than logits.</param>
    public void AddLoss(ReadOnlySpan<float> outputs, ReadOnlySpan<int> labels, int classes, bool probabilities)
    {
        for (int i = 0; i < labels.Length; i++)
        {
            ReadOnlySpan<float> row = outputs.Slice(i * classes, classes);
            Loss += probabilities ? -Math.Log(Math.Max(row[labels[i]], float.Epsilon)) : LogSum(row) - row[labels[i]];
        }
    }

    /// <summary>The place of the greatest number, of equal ones the first; -1 for a row with NaN.</summary>
    public static int Greatest(ReadOnlySpan<float> row)
    {
        int greatest = 0;
        for (int i = 0; i < row.Length; i++)
        {
            if (float.IsNaN(row[i])) return -1;
            if (row[i] > row[greatest]) greatest = i;
        }
        return greatest;
    }

    /// <summary>Whether the greatest number of both rows is at the same place; a row with NaN agrees with nothing.</summary>
    public static bool Agree(ReadOnlySpan<float> a, ReadOnlySpan<float> b) => Greatest(a) is >= 0 and var place && place == Greatest(b);

    /// <summary>The logarithm of the sum of the exponentials: what softmax divides by.</summary>
    public static double LogSum(ReadOnlySpan<float> row)
    {
        float most = float.NegativeInfinity;
        foreach (float x in row) most = MathF.Max(most, x);
        double sum = 0;
        foreach (float x in row) sum += Math.Exp((double)x - most);
        return Math.Log(sum) + most;
    }

    private static int Rank(ReadOnlySpan<float> row, int label)
    {
        float own = row[label];
        int rank = 0;
        for (int j = 0; j < row.Length; j++)
            if (!(row[j] <= own) || (j < label && row[j] == own)) rank++;
        return rank;
    }
}
