namespace Pare.Operators;

/// <summary>What an <see cref="Attention"/> adds to its scores: 0, a number of the mask, or minus infinity where a query does not see a key.</summary>
internal sealed class AttentionMask
{
    private readonly Attention _op;
    private readonly double[]? _bias;
    private readonly Shape? _shape;
    private readonly long[]? _valid;
    private readonly int _keys, _past, _queries;

    /// <summary>Reads the mask.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="keys">How many keys there are with those of the past.</param>
    /// <param name="past">Keys of the past; null without an input of them.</param>
    /// <param name="q">The queries.</param>
    public AttentionMask(Attention op, ReadOnlySpan<Tensor?> inputs, int keys, int? past, HeadView q)
    {
        (_op, _keys, _past, _queries) = (op, keys, past ?? 0, q.Steps);
        if (inputs.Length > 6 && inputs[6] is { } valid && past is null) _valid = valid.ToInt64s();
        if (inputs.Length <= 3 || inputs[3] is not { } mask) return;
        _shape = mask.Shape;
        _bias = mask.DType == DType.Bool ? [.. mask.ToInt64s().Select(v => v != 0 ? 0 : double.NegativeInfinity)]
            : Reals.Holds(mask.DType) ? new Reals(mask).ToArray() : [.. mask.ToInt64s().Select(v => (double)v)];
    }

    /// <summary>For a query of a head of a picture and a key.</summary>
    public double At(int n, int head, int query, int key)
    {
        // The query's position among the keys: keys of the past come before it; valid keys end with the last query.
        long position = query + (_valid is null ? _past : _valid[n] - _queries);
        bool hidden = (_op.Causal && key > position) || (_valid is not null && key >= _valid[n])
            || (_op.LeftWindow >= 0 && position - key > _op.LeftWindow) || (_op.RightWindow >= 0 && key - position > _op.RightWindow);
        return hidden ? double.NegativeInfinity : Bias([n, head, query, key]);
    }

    private double Bias(ReadOnlySpan<int> index)
    {
        if (_bias is null || _shape is null) return 0;
        int at = 0;
        for (int axis = 0; axis < _shape.Rank; axis++)
        {
            int i = index[axis + 4 - _shape.Rank], length = _shape.Fixed[axis];
            if (axis == _shape.Rank - 1 && length < _keys && i >= length) return double.NegativeInfinity;
            at = at * length + (length == 1 ? 0 : i);
        }
        return _bias[at];
    }
}
