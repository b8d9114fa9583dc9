namespace Pare.Operators;

/// <summary>One direction of a recurrent layer, as its scalar definition walks over its sequences.</summary>
internal sealed class RecurrentCell
{
    private readonly double[] _x, _weight, _recurrent, _biases;
    private readonly double[]? _firstState, _firstMemory;
    private readonly RecurrentActivation[] _activations;
    private readonly double _clip;
    private readonly int _gates, _inputs;
    private int _at;

    public RecurrentCell(Recurrent layer, ReadOnlySpan<Tensor?> inputs, int direction)
    {
        Hidden = inputs[2]!.Dims[2];
        _inputs = inputs[0]!.Dims[2];
        _gates = layer.Gates;
        _clip = layer.Clip;
        _x = new Reals(inputs[0]!).ToArray();
        _weight = Part(inputs[1]!, direction);
        _recurrent = Part(inputs[2]!, direction);
        _biases = At(inputs, 3) is { } biases ? Part(biases, direction) : new double[2 * _gates * Hidden];
        Peepholes = At(inputs, 7) is { } peepholes ? Part(peepholes, direction) : new double[3 * Hidden];
        _firstState = At(inputs, 5) is { } states ? new Reals(states).ToArray() : null;
        _firstMemory = At(inputs, 6) is { } memories ? new Reals(memories).ToArray() : null;
        (State, Memory) = ([], []);
        int each = layer.DefaultActivations.Length;
        IEnumerable<string> names = layer.Activations.IsEmpty ? layer.DefaultActivations.Concat(layer.DefaultActivations) : layer.Activations;
        _activations = [.. RecurrentActivation.Of(names, layer.Alphas, layer.Betas).Skip(direction * each).Take(each)];
    }

    /// <summary>How many hidden numbers.</summary>
    public int Hidden { get; }

    /// <summary>The hidden numbers after the last step; a step replaces the array.</summary>
    public double[] State { get; set; }

    /// <summary>The memory of an LSTM after the last step; a step replaces the array.</summary>
    public double[] Memory { get; set; }

    /// <summary>Of an LSTM, [3, Hidden]: input, output, forget.</summary>
    public double[] Peepholes { get; }

    /// <summary>Begins a sequence whose first state and memory start at a place.</summary>
    public void Begin(int at)
    {
        State = _firstState?.AsSpan(at, Hidden).ToArray() ?? new double[Hidden];
        Memory = _firstMemory?.AsSpan(at, Hidden).ToArray() ?? new double[Hidden];
    }

    /// <summary>Goes to a step of the sequence.</summary>
    public void Read(int row) => _at = row * _inputs;

    /// <summary>The input's part of a gate: weight x + bias.</summary>
    public double Input(int gate, int h)
    {
        int row = gate * Hidden + h;
        double sum = _biases[row];
        for (int i = 0; i < _inputs; i++) sum += _weight[row * _inputs + i] * _x[_at + i];
        return sum;
    }

    /// <summary>The state's part of a gate: recurrent weight times state + bias.</summary>
    public double Recurrence(int gate, int h, double[] state)
    {
        int row = gate * Hidden + h;
        double sum = _biases[_gates * Hidden + row];
        for (int i = 0; i < Hidden; i++) sum += _recurrent[row * Hidden + i] * state[i];
        return sum;
    }

    /// <summary>Activation number <paramref name="index"/> of x, clipped first.</summary>
    public double Activate(int index, double x) => _activations[index].Of(_clip > 0 ? Math.Clamp(x, -_clip, _clip) : x);

    private static Tensor? At(ReadOnlySpan<Tensor?> inputs, int index) => index < inputs.Length ? inputs[index] : null;

    private static double[] Part(Tensor tensor, int direction)
    {
        int size = tensor.Length / tensor.Dims[0];
        return new Reals(tensor).ToArray().AsSpan(direction * size, size).ToArray();
    }
}
