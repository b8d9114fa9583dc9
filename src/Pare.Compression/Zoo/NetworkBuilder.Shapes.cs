using Pare.Operators;

namespace Pare.Compression.Zoo;

/// <summary>Pooling, and what joins, cuts and moves channels.</summary>
public sealed partial class NetworkBuilder
{
    /// <summary>The largest of each square window.</summary>
    /// <param name="name">The node's name.</param>
    /// <param name="kernel">Rows and columns of the window.</param>
    /// <param name="stride">Step between windows.</param>
    /// <param name="pad">Rows and columns all round that are never chosen.</param>
    /// <param name="ceil">The last window may reach over the edge, as in Caffe.</param>
    public NetworkBuilder MaxPool(string name, int kernel, int stride, int pad = 0, bool ceil = false) =>
        Pool(name, Window.Square(kernel, stride, pad) with { CeilMode = ceil }, w => new MaxPool { Window = w });

    /// <summary>The mean of each square window.</summary>
    /// <param name="name">The node's name.</param>
    /// <param name="kernel">Rows and columns of the window.</param>
    /// <param name="stride">Step between windows.</param>
    /// <param name="pad">Rows and columns of zeros all round.</param>
    /// <param name="ceil">The last window may reach over the edge, as in Caffe.</param>
    /// <param name="countPads">The zeros count in the mean.</param>
    public NetworkBuilder AveragePool(string name, int kernel, int stride, int pad = 0, bool ceil = false, bool countPads = false) =>
        Pool(name, Window.Square(kernel, stride, pad) with { CeilMode = ceil }, w => new AveragePool { Window = w, CountIncludePad = countPads });

    /// <summary>The mean of each channel, as a vector.</summary>
    public NetworkBuilder GlobalAveragePool(string name)
    {
        string made = _editor.Add(new GlobalAveragePool(), name, Here.Name);
        return From(Here with { Name = made, Height = 1, Width = 1 }).Flatten($"{name}/flat");
    }

    /// <summary>All numbers of a sample in a row.</summary>
    public NetworkBuilder Flatten(string name) =>
        From(new Feature(_editor.Add(new Flatten { Axis = 1 }, name, Here.Name), Here.Channels * Here.Height * Here.Width, 0, 0));

    /// <summary>The sum with another value of the same shape.</summary>
    public NetworkBuilder Add(string name, Feature other) =>
        From(Here with { Name = _editor.Add(new Binary(BinaryFunctions.Add), name, Here.Name, other.Name) });

    /// <summary>The channels of several values of the same height and width one after another; goes on from there.</summary>
    public NetworkBuilder Concat(string name, params ReadOnlySpan<Feature> parts)
    {
        var names = new string[parts.Length];
        int channels = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            names[i] = parts[i].Name;
            channels += parts[i].Channels;
        }
        return From(parts[0] with { Name = _editor.Add(new Concat(1), name, names), Channels = channels });
    }

    /// <summary>Cuts the channels into the first ones and the others.</summary>
    public (Feature First, Feature Others) Split(string name, int first)
    {
        string lengths = _editor.SetConstant(_editor.FreshValue($"{name}/lengths"), Tensor.Vector<long>(first, Here.Channels - first));
        string head = _editor.FreshValue($"{name}/first"), tail = _editor.FreshValue($"{name}/others");
        _editor.Add(new Node(_editor.FreshNode(name), new Split { Axis = 1 }, [Here.Name, lengths], [head, tail]));
        return (Here with { Name = head, Channels = first }, Here with { Name = tail, Channels = Here.Channels - first });
    }

    /// <summary>Deals the channels of each group out to all groups: channel j of group i of g becomes channel j g + i.</summary>
    /// <remarks>Zhang, Zhou, Lin, Sun, "ShuffleNet", CVPR 2018.</remarks>
    public NetworkBuilder ChannelShuffle(string name, int groups)
    {
        if (groups == 1) return this;
        // [N, g c, h, w] -> [N, g, c, h, w] -> [N, c, g, h, w] -> [N, g c, h, w]
        string apart = Dims($"{name}/apart", 0, groups, Here.Channels / groups, Here.Height, Here.Width);
        string together = Dims($"{name}/together", 0, Here.Channels, Here.Height, Here.Width);
        string cut = _editor.Add(new Reshape(), $"{name}/cut", Here.Name, apart);
        string dealt = _editor.Add(new Transpose { Order = [0, 2, 1, 3, 4] }, $"{name}/deal", cut);
        return From(Here with { Name = _editor.Add(new Reshape(), name, dealt, together) });
    }

    /// <summary>Every <paramref name="stride"/>-th row and column, and channels of zeros before and after: a shortcut without weights.</summary>
    public NetworkBuilder SubsampleAndPad(string name, int stride, int channels)
    {
        if (stride > 1) MaxPool($"{name}/subsample", 1, stride);
        int before = (channels - Here.Channels) / 2, after = channels - Here.Channels - before;
        string pads = Dims($"{name}/pads", 0, before, 0, 0, 0, after, 0, 0);
        return From(Here with { Name = _editor.Add(new Pad(), name, Here.Name, pads), Channels = channels });
    }

    private NetworkBuilder Pool(string name, Window window, Func<Window, Operator> pool)
    {
        (window, int height, int width) = Fit(name, window);
        return From(Here with { Name = _editor.Add(pool(window), name, Here.Name), Height = height, Width = width });
    }

    private string Dims(string name, params ReadOnlySpan<long> values) => _editor.SetConstant(_editor.FreshValue(name), Tensor.Vector<long>(values));
}
