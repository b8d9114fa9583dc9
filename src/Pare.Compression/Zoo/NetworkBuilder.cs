using Pare.Operators;

namespace Pare.Compression.Zoo;

/// <summary>
/// Builds a network layer by layer, each on top of the one before. Weights are named as PyTorch names them ("conv1.weight") and start
/// from a seed: uniform within sqrt(6 / fan-in), biases 0, batch norms as identities.
/// </summary>
/// <remarks>He, Zhang, Ren, Sun, "Delving Deep into Rectifiers", ICCV 2015. Each weight has a random stream of its own.</remarks>
public sealed class NetworkBuilder
{
    private const int Piece = 1 << 16;

    private readonly ModelEditor _editor = new();
    private readonly ulong _seed;
    private ulong _streams;

    /// <summary>Starts a network on pictures [N, channels, height, width], called "image".</summary>
    public NetworkBuilder(string name, ulong seed, int channels, int height, int width)
    {
        _seed = seed;
        _editor.Metadata = Metadata.Empty with { Name = name };
        Here = new Feature(
            _editor.AddInput("image", new TensorType(DType.F32, new Shape([Dim.Named("N"), channels, height, width]))), channels, height, width);
    }

    /// <summary>What the next layer reads.</summary>
    public Feature Here { get; private set; }

    /// <summary>Goes on from another value: a branch.</summary>
    public NetworkBuilder From(Feature feature)
    {
        Here = feature;
        return this;
    }

    /// <summary>A convolution with a square kernel; its weight is [out, in / groups, kernel, kernel].</summary>
    public NetworkBuilder Conv(string name, int channels, int kernel, int stride = 1, int pad = 0, int groups = 1, bool bias = true)
    {
        int inputs = Here.Channels / groups;
        List<string> read = [Here.Name, Weight($"{name}.weight", inputs * kernel * kernel, channels, inputs, kernel, kernel)];
        if (bias) read.Add(Filled($"{name}.bias", channels, 0));
        string made = _editor.Add(new Conv { Window = Window.Square(kernel, stride, pad), Groups = groups }, name, [.. read]);
        return From(new Feature(made, channels, Windows(Here.Height, kernel, stride, pad), Windows(Here.Width, kernel, stride, pad)));
    }

    /// <summary>A batch norm.</summary>
    public NetworkBuilder BatchNorm(string name)
    {
        int c = Here.Channels;
        string made = _editor.Add(
            new BatchNormalization(), name, Here.Name, Filled($"{name}.weight", c, 1), Filled($"{name}.bias", c, 0),
            Filled($"{name}.running_mean", c, 0), Filled($"{name}.running_var", c, 1));
        return From(Here with { Name = made });
    }

    /// <summary>A fully connected layer; its weight is [out, in].</summary>
    public NetworkBuilder Linear(string name, int outputs)
    {
        int inputs = Here.Channels;
        string made = _editor.Add(
            new Gemm { TransB = true }, name, Here.Name, Weight($"{name}.weight", inputs, outputs, inputs), Filled($"{name}.bias", outputs, 0));
        return From(new Feature(made, outputs, 0, 0));
    }

    /// <summary>max(x, 0).</summary>
    public NetworkBuilder Relu(string name) => Apply(name, new Unary(UnaryFunctions.Relu));

    /// <summary>Any operator of one input whose output has the input's shape: an activation of your own.</summary>
    public NetworkBuilder Apply(string name, Operator op) => From(Here with { Name = _editor.Add(op, name, Here.Name) });

    /// <summary>The largest of each square window.</summary>
    public NetworkBuilder MaxPool(string name, int kernel, int stride)
    {
        string made = _editor.Add(new MaxPool { Window = Window.Square(kernel, stride) }, name, Here.Name);
        return From(Here with { Name = made, Height = Windows(Here.Height, kernel, stride, 0), Width = Windows(Here.Width, kernel, stride, 0) });
    }

    /// <summary>The mean of each channel, as a vector.</summary>
    public NetworkBuilder GlobalAveragePool(string name)
    {
        string made = _editor.Add(new GlobalAveragePool(), name, Here.Name);
        return From(Here with { Name = made, Height = 1, Width = 1 }).Flatten($"{name}/flat");
    }

    /// <summary>All numbers of a sample in a row.</summary>
    public NetworkBuilder Flatten(string name) =>
        From(new Feature(_editor.Add(new Flatten { Axis = 1 }, name, Here.Name), Here.Channels * Here.Height * Here.Width, 0, 0));

    /// <summary>Drops numbers at random while training.</summary>
    public NetworkBuilder Dropout(string name, double ratio)
    {
        if (ratio == 0) return this;
        string share = _editor.SetConstant(_editor.FreshValue($"{name}/ratio"), Tensor.Scalar((float)ratio));
        return From(Here with { Name = _editor.Add(new Dropout(), name, Here.Name, share) });
    }

    /// <summary>The sum with another value of the same shape.</summary>
    public NetworkBuilder Add(string name, Feature other) =>
        From(Here with { Name = _editor.Add(new Binary(BinaryFunctions.Add), name, Here.Name, other.Name) });

    /// <summary>Every <paramref name="stride"/>-th row and column, and channels of zeros before and after: a shortcut without weights.</summary>
    public NetworkBuilder SubsampleAndPad(string name, int stride, int channels)
    {
        if (stride > 1) MaxPool($"{name}/subsample", 1, stride);
        int before = (channels - Here.Channels) / 2, after = channels - Here.Channels - before;
        string pads = _editor.SetConstant(_editor.FreshValue($"{name}/pads"), Tensor.Vector<long>(0, before, 0, 0, 0, after, 0, 0));
        return From(Here with { Name = _editor.Add(new Pad(), name, Here.Name, pads), Channels = channels });
    }

    /// <summary>Ends the network; what was built last becomes the output "logits".</summary>
    public Model Build()
    {
        Node last = _editor.Nodes.Single(n => n.Outputs.Contains(Here.Name));
        _editor.Replace(last, last with { Outputs = [.. last.Outputs.Select(o => o == Here.Name ? "logits" : o)] });
        _editor.AddOutput("logits");
        return _editor.Build();
    }

    private static int Windows(int length, int kernel, int stride, int pad) => (length + 2 * pad - kernel) / stride + 1;

    private string Weight(string name, int fanIn, params ReadOnlySpan<int> shape)
    {
        Shape dims = Shape.Of(shape);
        var values = new float[dims.Elements];
        ulong stream = ++_streams;
        float limit = MathF.Sqrt(6f / fanIn);
        // Number i is draw i of the stream, so pieces can be drawn side by side.
        Parallel.For(0, (values.Length + Piece - 1) / Piece, piece =>
        {
            int start = piece * Piece, end = Math.Min(start + Piece, values.Length);
            var rng = new Rng(_seed, stream, (ulong)start);
            for (int i = start; i < end; i++) values[i] = (2 * rng.NextSingle() - 1) * limit;
        });
        return _editor.SetWeight(name, new Dense(dims, values));
    }

    private string Filled(string name, int count, float value)
    {
        var values = new float[count];
        values.AsSpan().Fill(value);
        return _editor.SetWeight(name, new Dense(Shape.Of(count), values));
    }
}
