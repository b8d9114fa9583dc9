namespace Pare.Formats.Onnx;

/// <summary>The initializers of a file: those it lists, its Constant nodes, and what older attribute forms become.</summary>
internal sealed class Initializers
{
    private readonly Dictionary<string, ParsedTensor> _tensors = new(StringComparer.Ordinal);
    private readonly FreshNames _names = new();
    private readonly HashSet<string> _fresh = new(StringComparer.Ordinal);

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
        string name = _names.Make(wish);
        _fresh.Add(name);
        byte[] bytes = value.Bytes.ToArray();
        _tensors[name] = new ParsedTensor(new Tensor(value.DType, value.Shape, bytes, 0), bytes);
        return name;
    }

    /// <summary>True where it was added under a fresh name.</summary>
    public bool IsFresh(string name) => _fresh.Contains(name);

    /// <summary>True where the file has it.</summary>
    public bool Contains(string name) => _tensors.ContainsKey(name);

    /// <summary>The value, or null.</summary>
    public Tensor? Find(string name) => _tensors.GetValueOrDefault(name)?.Tensor;

    /// <summary>Puts everything into the model: F32 of at least one axis as weights, the rest as constants.</summary>
    public void AddTo(ModelEditor editor)
    {
        foreach ((string name, ParsedTensor tensor) in _tensors)
            if (tensor.Tensor.DType == DType.F32 && tensor.Tensor.Shape.Rank > 0) editor.SetWeight(name, tensor.ToWeight());
            else editor.SetConstant(name, tensor.Tensor);
    }
}
