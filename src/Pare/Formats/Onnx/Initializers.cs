namespace Pare.Formats.Onnx;

/// <summary>The initializers of a file: those it lists, its Constant nodes, and what older attribute forms become.</summary>
internal sealed class Initializers
{
    private readonly Dictionary<string, ParsedTensor> _tensors = new(StringComparer.Ordinal);
    private readonly FreshNames _names = new();
    private int _next;
    private readonly OrderedDictionary<string, bool> _fresh = new(StringComparer.Ordinal);

    /// <summary>Keeps fresh names away from a name that the file uses for any value.</summary>
    public void Reserve(string name) => _names.Take(name);

    /// <summary>Adds what the file names.</summary>
    /// <exception cref="ModelException">The name is empty or there already.</exception>
    public void Add(string name, ParsedTensor tensor)
    {
        if (name.Length == 0) throw new ModelException("An initializer has no name.");
        if (!_tensors.TryAdd(name, tensor)) throw new ModelException($"Two initializers or Constant nodes have the name '{name}'.");
        _names.Take(name);
    }

    /// <summary>Adds a tensor under a name like <paramref name="wish"/> that is not taken, and returns the name.</summary>
    public string AddFresh(string wish, Tensor value)
    {
        byte[] bytes = value.Bytes.ToArray();
        return AddFresh(wish, new ParsedTensor(new Tensor(value.DType, value.Shape, bytes, 0), bytes));
    }

    /// <summary>The same for a tensor with the array behind it.</summary>
    public string AddFresh(string wish, ParsedTensor tensor)
    {
        string name = _names.Make(wish);
        _fresh[name] = true;
        _tensors[name] = tensor;
        return name;
    }

    /// <summary>A number that was not given out before.</summary>
    public int Next() => _next++;

    /// <summary>How many fresh names there are.</summary>
    public int Mark => _fresh.Count;

    /// <summary>Takes out what was added under fresh names since a mark.</summary>
    public void BackTo(int mark)
    {
        while (_fresh.Count > mark)
        {
            _tensors.Remove(_fresh.GetAt(_fresh.Count - 1).Key);
            _fresh.RemoveAt(_fresh.Count - 1);
        }
    }

    /// <summary>True where it was added under a fresh name.</summary>
    public bool IsFresh(string name) => _fresh.ContainsKey(name);

    /// <summary>True where the file has it.</summary>
    public bool Contains(string name) => _tensors.ContainsKey(name);

    /// <summary>The value, or null.</summary>
    public Tensor? Find(string name) => _tensors.GetValueOrDefault(name)?.Tensor;

    /// <summary>Takes out what nobody needs any more.</summary>
    public void Remove(string name)
    {
        _tensors.Remove(name);
        _fresh.Remove(name);
    }

    /// <summary>Puts everything into the model: F32 of at least one axis as weights, the rest as constants.</summary>
    public void AddTo(ModelEditor editor)
    {
        foreach ((string name, ParsedTensor tensor) in _tensors)
            if (tensor.Type.DType == DType.F32 && tensor.Type.Shape.Rank > 0) editor.SetWeight(name, tensor.ToWeight());
            else editor.SetConstant(name, tensor.Tensor);
    }
}
