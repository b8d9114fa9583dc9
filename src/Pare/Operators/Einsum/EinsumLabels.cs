using System.Collections.Immutable;

namespace Pare.Operators;

/// <summary>
/// An einsum equation for operands of given ranks: a label for each axis. A letter is its character; the axes of an ellipsis are -1 (the
/// last), -2, ..., so that they are aligned at the end.
/// </summary>
/// <param name="Operands">The labels of each operand.</param>
/// <param name="Output">The labels of the output.</param>
internal sealed record EinsumLabels(ImmutableArray<int[]> Operands, int[] Output)
{
    private const string Ellipsis = "...";

    /// <summary>All labels: those of the output, then those that are summed over.</summary>
    public IEnumerable<int> All => Output.Concat(Operands.SelectMany(o => o)).Distinct();

    /// <summary>Reads an equation.</summary>
    /// <exception cref="ArgumentException">It is malformed or does not fit the ranks.</exception>
    public static EinsumLabels Parse(string equation, IReadOnlyList<int> ranks)
    {
        string plain = equation.Replace(" ", "", StringComparison.Ordinal);
        string[] sides = plain.Split("->");
        string[] terms = sides[0].Split(',');
        if (sides.Length > 2) throw new ArgumentException($"the equation '{equation}' has {sides.Length - 1} arrows; at most one is allowed.");
        if (terms.Length != ranks.Count) throw new ArgumentException($"the equation '{equation}' has {terms.Length} operands, the node has {ranks.Count}.");
        ImmutableArray<int[]> operands = [.. terms.Select((term, i) => Term(equation, term, ranks[i] - Letters(term).Length))];
        for (int i = 0; i < terms.Length; i++)
            if (operands[i].Length != ranks[i])
                throw new ArgumentException($"the equation '{equation}' gives operand {i} {operands[i].Length} axes, it has {ranks[i]}.");
        int extra = operands.SelectMany(o => o).Count(l => l < 0) == 0 ? 0 : -operands.SelectMany(o => o).Min();
        int[] output = sides.Length == 2 ? Term(equation, sides[1], extra) : Implied(operands, extra);
        foreach (int label in output)
            if (!operands.Any(o => o.Contains(label))) throw new ArgumentException($"the equation '{equation}' has the output axis '{(char)label}', which no operand has.");
        if (output.Distinct().Count() != output.Length) throw new ArgumentException($"the equation '{equation}' names an output axis twice.");
        return new EinsumLabels(operands, output);
    }

    /// <summary>Operands and output as an equation of letters alone; ellipses get letters that are free.</summary>
    public static string Equation(IEnumerable<int[]> operands, int[] output)
    {
        int[] all = [.. operands.SelectMany(o => o).Concat(output).Distinct()];
        Stack<int> free = new(Enumerable.Range('a', 26).Concat(Enumerable.Range('A', 26)).Except(all));
        Dictionary<int, char> letters = all.ToDictionary(l => l, l => (char)(l > 0 ? l : free.Pop()));
        return string.Join(',', operands.Select(Term)) + "->" + Term(output);

        string Term(int[] labels) => string.Concat(labels.Select(l => letters[l]));
    }

    private static string Letters(string term) => term.Replace(Ellipsis, "", StringComparison.Ordinal);

    // The ellipsis stands for 'extra' axes: labels -extra .. -1.
    private static int[] Term(string equation, string term, int extra)
    {
        int at = term.IndexOf(Ellipsis, StringComparison.Ordinal);
        string letters = Letters(term);
        foreach (char c in letters)
            if (!char.IsAsciiLetter(c)) throw new ArgumentException($"the equation '{equation}' has '{c}' where a letter or '...' is needed.");
        if (at < 0) return [.. letters.Select(c => (int)c)];
        if (extra < 0 || term.LastIndexOf(Ellipsis, StringComparison.Ordinal) != at)
            throw new ArgumentException($"the equation '{equation}' has the term '{term}', which does not fit its operand or has two ellipses.");
        return [.. term[..at].Select(c => (int)c), .. Enumerable.Range(-extra, extra), .. term[(at + Ellipsis.Length)..].Select(c => (int)c)];
    }

    private static int[] Implied(ImmutableArray<int[]> operands, int extra)
    {
        IEnumerable<int> once = operands.SelectMany(o => o).Where(l => l > 0).GroupBy(l => l).Where(g => g.Count() == 1).Select(g => g.Key);
        return [.. Enumerable.Range(-extra, extra), .. once.Order()];
    }
}
