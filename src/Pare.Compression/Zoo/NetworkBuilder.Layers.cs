using Pare.Operators;

namespace Pare.Compression.Zoo;

/// <summary>Layers with weights, and activations.</summary>
public sealed partial class NetworkBuilder
{
    /// <summary>A convolution with a square kernel; its weight is [out, in / groups, kernel, kernel].</summary>
    public NetworkBuilder Conv(string name, int channels, int kernel, int stride = 1, int pad = 0, int groups = 1, bool bias = true) =>
        Conv(name, channels, Window.Square(kernel, stride, pad), groups, bias);

    /// <summary>A convolution with any window; its weight is [out, in / groups, rows, columns].</summary>
    /// <exception cref="RecipeException">The window is larger than the picture.</exception>
    public NetworkBuilder Conv(string name, int channels, Window window, int groups = 1, bool bias = true)
    {
        (window, int height, int width) = Fit(name, window);
        if (Here.Channels % groups != 0 || channels % groups != 0)
            throw new RecipeException($"Layer '{name}' of {_name} makes {channels} channels of {Here.Channels} in {groups} groups, which must divide both.");
        int inputs = Here.Channels / groups, rows = window.Kernel[0], columns = window.Kernel[1];
        List<string> read = [Here.Name, Weight($"{name}.weight", inputs * rows * columns, channels, inputs, rows, columns)];
        if (bias) read.Add(Filled($"{name}.bias", channels, 0));
        return From(new Feature(_editor.Add(new Conv { Window = window, Groups = groups }, name, [.. read]), channels, height, width));
    }

    /// <summary>A convolution of each channel by itself; its weight is [channels, 1, kernel, kernel].</summary>
    public NetworkBuilder Depthwise(string name, int kernel, int stride = 1, int pad = 0, bool bias = true) =>
        Conv(name, Here.Channels, kernel, stride, pad, Here.Channels, bias);

    /// <summary>A batch norm.</summary>
    public NetworkBuilder BatchNorm(string name, float epsilon = 1e-5f)
    {
        int c = Here.Channels;
        string made = _editor.Add(
            new BatchNormalization { Epsilon = epsilon }, name, Here.Name, Filled($"{name}.weight", c, 1), Filled($"{name}.bias", c, 0),
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

    /// <summary>min(max(x, 0), 6).</summary>
    public NetworkBuilder Relu6(string name)
    {
        string least = Scalar("relu6/least", 0), most = Scalar("relu6/most", 6);
        return From(Here with { Name = _editor.Add(new Clip(), name, Here.Name, least, most) });
    }

    /// <summary>tanh x.</summary>
    public NetworkBuilder Tanh(string name) => Apply(name, new Unary(UnaryFunctions.Tanh));

    /// <summary>Any operator of one input whose output has the input's shape: an activation of your own.</summary>
    public NetworkBuilder Apply(string name, Operator op) => From(Here with { Name = _editor.Add(op, name, Here.Name) });

    /// <summary>Response normalization over neighbouring channels.</summary>
    /// <remarks>Krizhevsky, Sutskever, Hinton, NIPS 2012, section 3.3, with the numbers of Caffe's AlexNet and GoogLeNet.</remarks>
    public NetworkBuilder ResponseNorm(string name) => Apply(name, new LocalResponseNormalization { Size = 5, Alpha = 1e-4f, Beta = 0.75f, Bias = 1 });

    /// <summary>Drops numbers at random while training.</summary>
    public NetworkBuilder Dropout(string name, double ratio)
    {
        if (ratio == 0) return this;
        string share = _editor.SetConstant(_editor.FreshValue($"{name}/ratio"), Tensor.Scalar((float)ratio));
        return From(Here with { Name = _editor.Add(new Dropout(), name, Here.Name, share) });
    }

    // One constant for all nodes that read it.
    private string Scalar(string name, float value) => _editor.Constants.ContainsKey(name) ? name : _editor.SetConstant(name, Tensor.Scalar(value));
}
