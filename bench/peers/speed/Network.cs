using Pare.Compression.Settings;
using Pare.Compression.Zoo;
using Pare.Passes;

namespace Pare.Peers.Speed;

/// <summary>A network of the catalog that engines race with.</summary>
/// <param name="Name">The architecture.</param>
/// <param name="Settings">Settings as users write them, "width=0.5"; none where empty.</param>
internal sealed record Network(string Name, params string[] Settings)
{
    /// <summary>Name and settings.</summary>
    public string Label => string.Join(',', [Name, .. Settings]);

    /// <summary>"mobilenet-v1,width=0.5".</summary>
    public static Network Parse(string label) => label.Split(',') is [var name, .. var settings] ? new Network(name, settings) : throw new ArgumentException(label);

    /// <summary>The network with random weights.</summary>
    public Model Build()
    {
        Architecture architecture = ArchitectureCatalog.Default.Get(Name);
        return architecture.Build(SettingsBinder.Bind(
            architecture.Defaults, Settings.Select(s => s.Split('=')).Select(p => KeyValuePair.Create(p[0], p[1])), Name), seed: 1);
    }

    /// <summary>Writes it as ONNX with a fixed batch, which every engine may make use of, and its input beside it.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="batch">Samples of a run.</param>
    /// <param name="form">What becomes of it before, as a part of the file's name; none where empty.</param>
    /// <param name="change">What does so.</param>
    public NetworkFile Write(string folder, int batch, string form = "", Func<Model, Model>? change = null) =>
        Write(change is null ? Build() : change(Build()), Label.Replace(',', '-') + form, folder, batch, ".onnx");

    /// <summary>Writes a network with a fixed batch, and its input beside it.</summary>
    /// <param name="network">The network, its batch open.</param>
    /// <param name="name">Of the file.</param>
    /// <param name="folder">Where it goes.</param>
    /// <param name="batch">Samples of a run.</param>
    /// <param name="format">".onnx", or ".pare" for what only Pare reads.</param>
    public static NetworkFile Write(Model network, string name, string folder, int batch, string format)
    {
        Model model = OpenLengths.Bind(network, new Dictionary<string, long>(StringComparer.Ordinal) { ["N"] = batch });
        string path = Path.Combine(folder, $"{name}-{batch}{format}"), values = path + ".input";
        if (!File.Exists(path)) ModelFile.Save(model, path);
        (string input, TensorType type) = (model.Inputs[0].Name, model.Inputs[0].Type);
        var numbers = new float[type.Shape.Elements];
        var rng = new Rng(2);
        foreach (ref float number in numbers.AsSpan()) number = (float)rng.NextNormal();
        File.WriteAllBytes(values, System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(numbers));
        string output = model.Outputs[0];
        return new NetworkFile(path, values, input, Dims(type), output, Dims(model.Types[output]));
    }

    private static string Dims(TensorType type) => string.Join('x', type.Shape.Fixed);
}
