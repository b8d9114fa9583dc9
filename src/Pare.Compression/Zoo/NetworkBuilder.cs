using Pare.Operators;

namespace Pare.Compression.Zoo;

/// <summary>
/// Builds a network layer by layer, each on top of the one before. Weights are named as PyTorch names them ("conv1.weight") and start
/// from a seed: uniform within sqrt(6 / fan-in), biases 0, batch norms as identities.
/// </summary>
/// <remarks>He, Zhang, Ren, Sun, "Delving Deep into Rectifiers", ICCV 2015. Each weight has a random stream of its own.</remarks>
public sealed partial class NetworkBuilder
{
    private const int Piece = 1 << 16;

    private readonly ModelEditor _editor = new();
    private readonly string _name;
    private readonly WeightStart _start;
    private readonly string _input;
    private ulong _streams;

    /// <summary>Starts a network on pictures [N, channels, height, width], called "image".</summary>
    public NetworkBuilder(string name, ulong seed, int channels, int height, int width)
        : this(name, new WeightStart(seed), channels, height, width) { }

    /// <summary>Starts a network on pictures [N, channels, height, width], called "image".</summary>
    public NetworkBuilder(string name, WeightStart start, int channels, int height, int width)
        : this(name, start, new Feature("image", channels, height, width), new Shape([Dim.Named("N"), channels, height, width])) { }

    /// <summary>Starts a network on vectors [N, numbers], called "input".</summary>
    public NetworkBuilder(string name, WeightStart start, int numbers)
        : this(name, start, new Feature("input", numbers, 0, 0), new Shape([Dim.Named("N"), numbers])) { }

    private NetworkBuilder(string name, WeightStart start, Feature input, Shape shape)
    {
        (_name, _start) = (name, start);
        _editor.Metadata = Metadata.Empty with { Name = name };
        _editor.AddInput(input.Name, new TensorType(DType.F32, shape));
        _input = $"the input of {name} is {string.Join(" x ", shape.Skip(1))}";
        Here = input;
    }

    /// <summary>What the next layer reads.</summary>
    public Feature Here { get; private set; }

    /// <summary>Goes on from another value: a branch.</summary>
    public NetworkBuilder From(Feature feature)
    {
        Here = feature;
        return this;
    }

    /// <summary>Ends the network; what was built last becomes the output.</summary>
    /// <param name="output">The output's name.</param>
    public Model Build(string output = "logits")
    {
        Node last = _editor.Nodes.Single(n => n.Outputs.Contains(Here.Name));
        _editor.Replace(last, last with { Outputs = [.. last.Outputs.Select(o => o == Here.Name ? output : o)] });
        _editor.AddOutput(output);
        return _editor.Build();
    }

    private string Weight(string name, int fanIn, params ReadOnlySpan<int> shape)
    {
        Shape dims = Shape.Of(shape);
        var values = new float[dims.Elements];
        ulong stream = ++_streams;
        if (!_start.IsZeros) Draw(values, stream, MathF.Sqrt(6f / fanIn));
        return _editor.SetWeight(name, new Dense(dims, values));
    }

    // Number i is draw i of the stream, so pieces can be drawn side by side.
    private void Draw(float[] values, ulong stream, float limit) => Parallel.For(0, (values.Length + Piece - 1) / Piece, piece =>
    {
        int start = piece * Piece, end = Math.Min(start + Piece, values.Length);
        var rng = new Rng(_start.Seed, stream, (ulong)start);
        for (int i = start; i < end; i++) values[i] = (2 * rng.NextSingle() - 1) * limit;
    });

    private string Filled(string name, int count, float value)
    {
        var values = new float[count];
        values.AsSpan().Fill(value);
        return _editor.SetWeight(name, new Dense(Shape.Of(count), values));
    }

    /// <summary>The window with its pads written out, and the size of what it makes of the current picture.</summary>
    private (Window Window, int Height, int Width) Fit(string name, Window window)
    {
        // One position for each axis that is left of the picture; a window larger than that is the fault of the input's size.
        var axes = window.Axes(Shape.Of(1, Here.Channels, Here.Height, Here.Width));
        if (axes.Any(a => a.Output < 1))
            throw new RecipeException(
                $"Layer '{name}' has a window of {axes[0].Kernel} x {axes[1].Kernel} on a picture of {Here.Height} x {Here.Width}: {_input}, which is too small. Choose a larger one.");
        if (window.AutoPad is not AutoPad.Explicit)
            window = window with { AutoPad = AutoPad.Explicit, Pads = [axes[0].Before, axes[1].Before, axes[0].After, axes[1].After] };
        return (window, axes[0].Output, axes[1].Output);
    }
}
