using Pare.Encodings;

namespace Pare.Compression;

/// <summary>Holds each step to what the steps before it reached: what was pruned stays zero, what was clustered stays clustered.</summary>
internal static class StepCheck
{
    /// <exception cref="RecipeException">The step undid an earlier one.</exception>
    public static void Holds(Model before, Model after, string step)
    {
        foreach (string name in before.WeightsInOrder())
        {
            WeightEncoding old = before.Weights[name];
            if (!after.Weights.TryGetValue(name, out WeightEncoding? now) || ReferenceEquals(old, now) || !old.Shape.Equals(now.Shape)) continue;
            if (EncodingTree.Find<Sparse>(old) is { } mask && mask.Shape.Equals(old.Shape) && Revived(mask, now) is { } position)
                throw new RecipeException($"{step} gave '{name}' a value at position {position}, where an earlier step had pruned it away. Put the pruning after it.");
            if (EncodingTree.Find<Codebook>(old) is not { } book) continue;
            int? clusters = EncodingTree.Find<Codebook>(now)?.Table.Length;
            if (clusters is null || clusters > book.Table.Length)
                throw new RecipeException(
                    $"{step} left '{name}' with {clusters?.ToString() ?? "no"} clusters, where an earlier step had made {book.Table.Length}. Put the clustering after it.");
        }
    }

    private static int? Revived(Sparse mask, WeightEncoding now)
    {
        ReadOnlySpan<int> allowed = mask.Positions.Span;
        if (EncodingTree.Find<Sparse>(now) is { } sparse && sparse.Shape.Equals(now.Shape))
        {
            if (sparse.Positions.Equals(mask.Positions)) return null;
            int at = 0;
            foreach (int position in sparse.Positions.Span)
            {
                while (at < allowed.Length && allowed[at] < position) at++;
                if (at == allowed.Length || allowed[at] != position) return position;
            }
            return null;
        }
        const int Chunk = 1 << 16;
        var values = new float[Math.Min(Chunk, now.Length)];
        for (int start = 0, at = 0; start < now.Length; start += Chunk)
        {
            Span<float> some = values.AsSpan(0, Math.Min(Chunk, now.Length - start));
            now.Decode(start, some);
            for (int i = 0; i < some.Length; i++)
            {
                while (at < allowed.Length && allowed[at] < start + i) at++;
                if (some[i] != 0 && (at == allowed.Length || allowed[at] != start + i)) return start + i;
            }
        }
        return null;
    }
}
