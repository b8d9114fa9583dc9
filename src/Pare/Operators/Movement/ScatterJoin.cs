namespace Pare.Operators;

/// <summary>What a scatter does with the element that stands where an update goes.</summary>
public enum ScatterJoin
{
    /// <summary>It is replaced.</summary>
    None,
    /// <summary>The update is added to it.</summary>
    Add,
    /// <summary>It is multiplied by the update.</summary>
    Mul,
    /// <summary>The larger one stays.</summary>
    Max,
    /// <summary>The smaller one stays.</summary>
    Min,
}

/// <summary>The attribute reduction of ScatterElements and ScatterND.</summary>
internal static class ScatterJoins
{
    public static ScatterJoin Read(OperatorReader r)
    {
        string found = r.Text("reduction", "none");
        foreach (ScatterJoin join in Enum.GetValues<ScatterJoin>())
            if (NameOf(join) == found) return join;
        throw r.Fail($"attribute 'reduction' is '{found}'; {string.Join(", ", Enum.GetValues<ScatterJoin>().Select(NameOf))} are known.");
    }

    public static void Write(OperatorWriter w, string name, ScatterJoin join)
    {
        if (join == ScatterJoin.None) return;
        w.Since(join is ScatterJoin.Add or ScatterJoin.Mul ? 16 : 18, $"{name} with reduction '{NameOf(join)}'");
        w.Text("reduction", NameOf(join));
    }

    /// <summary>Joins neighbouring elements of the updates to those of y.</summary>
    public static void Apply(ScatterJoin join, Tensor updates, int from, Tensor y, int to, int count = 1)
    {
        if (join == ScatterJoin.None)
        {
            Elements.Copy(updates, from, y, to, count);
            return;
        }
        for (int i = 0; i < count; i++)
        {
            if (Reals.Holds(y.DType)) new Reals(y)[to + i] = Joined(join, new Reals(y)[to + i], new Reals(updates)[from + i]);
            else new Wholes(y)[to + i] = Joined(join, new Wholes(y)[to + i], new Wholes(updates)[from + i]);
        }
    }

    private static double Joined(ScatterJoin join, double a, double b) => join switch
    {
        ScatterJoin.Add => a + b,
        ScatterJoin.Mul => a * b,
        ScatterJoin.Max => Math.Max(a, b),
        _ => Math.Min(a, b),
    };

    private static long Joined(ScatterJoin join, long a, long b) => join switch
    {
        ScatterJoin.Add => a + b,
        ScatterJoin.Mul => a * b,
        ScatterJoin.Max => Math.Max(a, b),
        _ => Math.Min(a, b),
    };

    private static string NameOf(ScatterJoin join) => join.ToString().ToLowerInvariant();
}
