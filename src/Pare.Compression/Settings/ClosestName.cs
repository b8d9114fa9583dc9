namespace Pare.Compression.Settings;

/// <summary>Guesses what a misspelt name was meant to be.</summary>
internal static class ClosestName
{
    /// <summary>" Did you mean 'sparsity'?", or "" where nothing is near.</summary>
    public static string Hint(string found, IEnumerable<string> known)
    {
        string? best = known.MinBy(k => Distance(found, k));
        return best is not null && found.Length <= 64 && Distance(found, best) <= Math.Max(2, best.Length / 3) ? $" Did you mean '{best}'?" : "";
    }

    // Levenshtein's distance, one row at a time.
    private static int Distance(string a, string b)
    {
        if (a.Length > 64) return int.MaxValue;
        var row = new int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++) row[j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replace = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replace, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.Length];
    }
}
