namespace Pare.Cli;

/// <summary>Guesses what a misspelt word was meant to be.</summary>
internal static class Closest
{
    /// <summary>" Did you mean 'train'?", or "" where nothing is near.</summary>
    public static string Hint(string found, IEnumerable<string> known)
    {
        (string word, int distance) = known.Select(k => (k, Distance(found, k))).DefaultIfEmpty(("", int.MaxValue)).MinBy(p => p.Item2);
        return distance <= Math.Max(2, word.Length / 3) ? $" Did you mean '{word}'?" : "";
    }

    // Edits of one letter each, or a swap of two neighbours (Damerau's distance, restricted): the mistakes of typing.
    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++) d[i, 0] = i;
        for (int j = 0; j <= b.Length; j++) d[0, j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                d[i, j] = Math.Min(Math.Min(d[i - 1, j], d[i, j - 1]) + 1, d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }
        return d[a.Length, b.Length];
    }
}
