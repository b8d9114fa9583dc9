namespace Pare.Operators;

/// <summary>Indices whose last axis names places along the first axes of the data, after the batch axes that both share.</summary>
internal static class IndexTuples
{
    /// <summary>The shape of all slices that are named.</summary>
    public static Shape Slices(InferScope s, Shape data, Shape indices, int batch)
    {
        if (!indices[^1].IsKnown) throw s.Fail($"the indices are {indices}; how many axes of the data they name is not known before running.");
        long named = indices[^1].Constant;
        if (batch >= Math.Min(data.Rank, indices.Rank)) throw s.Fail($"it has {batch} batch axes; data {data} and indices {indices} must have more.");
        if (named > data.Rank - batch) throw s.Fail($"the indices {indices} name {named} axes, the data {data} has {data.Rank - batch}.");
        for (int a = 0; a < batch; a++)
            if (!data[a].Agrees(indices[a])) throw s.Fail($"the data {data} and the indices {indices} differ on batch axis {a}.");
        return new Shape([.. indices.Take(indices.Rank - 1), .. data.Skip(batch + (int)named)]);
    }

    /// <summary>Where each slice starts in the data, and how many elements a slice has.</summary>
    public static int[] Starts(Shape data, Tensor indices, int batch, out int length)
    {
        int named = indices.Dims[^1], tuples = (int)new Shape(indices.Shape.Take(indices.Shape.Rank - 1)).Elements;
        int batches = (int)new Shape(data.Take(batch)).Elements, block = (int)new Shape(data.Skip(batch)).Elements;
        length = (int)new Shape(data.Skip(batch + named)).Elements;
        var starts = new int[tuples];
        var values = new Wholes(indices);
        for (int t = 0; t < tuples; t++)
        {
            int at = 0;
            for (int a = 0; a < named; a++) at = at * data.Fixed[batch + a] + Elements.Index(values[t * named + a], data.Fixed[batch + a]);
            starts[t] = t / (tuples / batches) * block + at * length;
        }
        return starts;
    }
}
