using System.CommandLine;
using System.Globalization;
using Pare.Compression.Data;

namespace Pare.Cli.Options;

/// <summary>The options that say which data a verb reads, and how samples become inputs.</summary>
internal sealed class DataArguments
{
    private readonly Option<string?> _data;
    private readonly Option<string?> _scale = new("--scale") { HelpName = "NUMBER", Description = "Multiplies the stored values. Default: as the model says, else 1/255 for bytes and 1 for floats." };
    private readonly Option<string?> _mean = new("--mean") { HelpName = "NUMBERS", Description = "Subtracted after scaling: one number, or one for each channel (0.49,0.48,0.45). Default: as the model says, else 0." };
    private readonly Option<string?> _std = new("--std") { HelpName = "NUMBERS", Description = "Divides last, as --mean. Default: as the model says, else 1." };
    private readonly Option<string?> _layout = new("--layout") { HelpName = "WORD", Description = "Layout of the model's input: nchw or nhwc. Default: as the model says, else nchw." };
    private readonly Option<string?> _size = new("--picture-size") { HelpName = "HxW", Description = "Size that pictures of a folder are brought to, such as 224x224. Default: as the first picture." };
    private readonly Option<bool> _grey = new("--grey") { Description = "Reads pictures of a folder with one channel instead of three." };
    private readonly Option<bool> _stretch = new("--stretch") { Description = "Stretches pictures to --picture-size instead of cutting them around the centre." };
    private readonly Option<string?> _stored = new("--stored-layout") { HelpName = "WORD", Description = "How arrays of rank 4 are stored: nchw or nhwc. Default: guessed from the shape." };

    /// <summary>Makes the options.</summary>
    /// <param name="required">Whether the verb cannot do without data.</param>
    /// <param name="help">Added to the help of --data.</param>
    public DataArguments(bool required, string help = "") => _data = new Option<string?>("--data", "-d")
    {
        HelpName = "DATA",
        Description = ("A set of 'pare data list', or a path: .npz, .npy, IDX, CIFAR .bin, or a folder of those or of pictures. " + help).TrimEnd(),
        Required = required,
    };

    /// <summary>Which data.</summary>
    public Option Data => _data;

    /// <summary>How samples become inputs.</summary>
    public IEnumerable<Option> PreprocessingOptions => [_scale, _mean, _std, _layout, _size, _grey, _stretch, _stored];

    /// <summary>The data that the user named, or null.</summary>
    public string? Named(Invocation run) => run.Get(_data);

    /// <summary>The source that the user named.</summary>
    /// <param name="run">The run.</param>
    /// <param name="name">The name where it comes from elsewhere: a recipe, a default.</param>
    /// <exception cref="DataException">There is no such set or path.</exception>
    public DataSource Source(Invocation run, string? name = null)
    {
        (int height, int width) = Size(run.Get(_size));
        return DataSourceCatalog.Default.Find(name ?? run.Get(_data) ?? throw new UsageException("--data is needed."), new DataOptions
        {
            Height = height,
            Width = width,
            Channels = run.Get(_grey) ? 1 : 3,
            Stretch = run.Get(_stretch),
            StoredLayout = Layout("--stored-layout", run.Get(_stored)),
        });
    }

    /// <summary>Reads a part into memory.</summary>
    public static DataSet Open(Invocation run, DataSource source, DataPart part) => source.Open(part, run.Host.Data, run.Cancel);

    /// <summary>How samples become inputs where the user says so; null where all is left to the model.</summary>
    public Preprocessing? Override(Invocation run, Model model, DataSet data)
    {
        string? scale = run.Get(_scale), mean = run.Get(_mean), std = run.Get(_std), layout = Layout("--layout", run.Get(_layout));
        if (scale is null && mean is null && std is null && layout is null) return null;
        Preprocessing start = Preprocessing.FromMetadata(model.Metadata.Properties) ?? Preprocessing.DefaultFor(data);
        return start with
        {
            Scale = scale is null ? start.Scale : Number("--scale", scale),
            Mean = mean is null ? start.Mean : [.. mean.Split(',').Select(n => Number("--mean", n))],
            Std = std is null ? start.Std : [.. std.Split(',').Select(n => Number("--std", n))],
            Layout = layout ?? start.Layout,
        };
    }

    /// <summary>A number, or a quotient such as 1/255.</summary>
    private static float Number(string option, string text)
    {
        string[] parts = text.Split('/');
        var numbers = new double[parts.Length];
        bool read = parts.Length <= 2;
        for (int i = 0; i < parts.Length && read; i++) read = double.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]);
        double value = read ? numbers.Length == 2 ? numbers[0] / numbers[1] : numbers[0] : double.NaN;
        return double.IsFinite(value) ? (float)value : throw new UsageException($"{option} is '{text}'; expected numbers such as 0.5 or 1/255.");
    }

    private static string? Layout(string option, string? text) =>
        text is null or "nchw" or "nhwc" ? text : throw new UsageException($"{option} is '{text}'; expected nchw or nhwc.");

    private static (int Height, int Width) Size(string? text)
    {
        if (text is null) return (0, 0);
        string[] parts = text.Split('x');
        return parts.Length == 2 && int.TryParse(parts[0], out int height) && int.TryParse(parts[1], out int width) && height > 0 && width > 0
            ? (height, width)
            : throw new UsageException($"--picture-size is '{text}'; expected HEIGHTxWIDTH such as 224x224.");
    }
}
