using Pare.Cli;
using Pare.Cli.Output;
using Pare.Compression.Data;

namespace Pare.EndToEnd.Tests.Cli;

/// <summary>A folder of its own, and the program in this process with streams and variables of the test's.</summary>
internal sealed class Sandbox : IDisposable
{
    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal);

    public string Folder { get; } = Directory.CreateTempSubdirectory("pare-test-").FullName;

    /// <summary>A path in the folder.</summary>
    public string At(string name) => Path.Combine(Folder, name);

    /// <summary>Sets an environment variable of the program.</summary>
    public Sandbox With(string variable, string value)
    {
        _variables[variable] = value;
        return this;
    }

    /// <summary>Runs a command line; an argument that starts with "@" is a path in the folder.</summary>
    public Result Run(params string[] args) => Run(CancellationToken.None, args);

    /// <summary>The same with a token.</summary>
    public Result Run(CancellationToken cancel, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        ExitCode exit = RunOn(Host(output, error), cancel, args);
        return new Result(exit, output.ToString(), error.ToString());
    }

    /// <summary>The same in a world of the test's.</summary>
    public ExitCode RunOn(Host host, CancellationToken cancel, params string[] args) =>
        Application.RunAsync([.. args.Select(a => a.StartsWith('@') ? At(a[1..]) : a)], host, cancel).GetAwaiter().GetResult();

    /// <summary>The outside world of the program.</summary>
    public Host Host(TextWriter output, TextWriter error, bool terminal = false) => new()
    {
        Streams = new TerminalStreams(output, error, terminal, terminal, 100, Color: false),
        Variable = name => _variables.GetValueOrDefault(name),
        Home = Folder,
        Processors = 2,
    };

    /// <summary>A folder with a few of the embedded digits as NumPy arrays, so that training takes no time. Returns its path.</summary>
    public string Digits(int train = 160, int test = 40)
    {
        string folder = At("digits");
        Directory.CreateDirectory(folder);
        foreach ((DataPart part, string name, int count) in new[] { (DataPart.Train, "train", train), (DataPart.Test, "test", test) })
        {
            DataSet digits = DataSourceCatalog.Default.Find("digits").Open(part, DataLocations.None);
            var x = new Tensor(DType.U8, Shape.Of(count, 1, 28, 28));
            var y = new Tensor(DType.I64, Shape.Of(count));
            var sample = new float[digits.SampleLength];
            for (int i = 0; i < count; i++)
            {
                digits.Read(i, sample);
                for (int k = 0; k < sample.Length; k++) x.As<byte>()[i * sample.Length + k] = (byte)sample[k];
                y.As<long>()[i] = digits.Label(i);
            }
            NpyFile.Write(Path.Combine(folder, $"x_{name}.npy"), x);
            NpyFile.Write(Path.Combine(folder, $"y_{name}.npy"), y);
        }
        return folder;
    }

    /// <summary>Makes LeNet-300-100 with fresh weights: the smallest network there is. Returns its path.</summary>
    public string Network(string name = "net.onnx")
    {
        Run("new", "lenet-300-100", "-o", At(name), "--seed", "3").ShouldExit(ExitCode.Done);
        return At(name);
    }

    /// <summary>The files in the folder, hidden ones too, by name.</summary>
    public string[] Files() => [.. Directory.EnumerateFiles(Folder).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
