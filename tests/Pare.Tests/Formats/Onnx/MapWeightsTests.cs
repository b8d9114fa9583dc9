using System.Runtime.InteropServices;
using Pare.Formats;
using Pare.Operators;
using Pare.Runtime;

namespace Pare.Tests.Formats.Onnx;

public sealed class MapWeightsTests : IDisposable
{
    private const int Inputs = 96, Outputs = 67;
    private readonly string _folder = Directory.CreateTempSubdirectory("pare-map-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // The weight is large enough to stay in the file, its bytes lie at an odd place there, and it holds a denormal number.
    private string Write(bool transposed)
    {
        var editor = new ModelEditor();
        editor.AddInput("x", new TensorType(DType.F32, Shape.Of(3, Inputs)));
        var rng = new Rng(1);
        var values = new float[Inputs * Outputs];
        foreach (ref float value in values.AsSpan()) value = (float)rng.NextNormal();
        values[100] = 1e-40f;
        editor.SetWeight("w", new Dense(transposed ? Shape.Of(Outputs, Inputs) : Shape.Of(Inputs, Outputs), values));
        editor.SetWeight("b", new Dense(Shape.Of(Outputs), values[..Outputs]));
        editor.Add(new Node("gemm", new Gemm { TransB = transposed }, ["x", "w", "b"], ["y"]));
        editor.AddOutput("y");
        string path = Path.Combine(_folder, $"net{transposed}.onnx");
        ModelFile.Save(editor.Build(), path);
        return path;
    }

    private static Model Map(string path) => ModelFile.Load(path, new ModelFileContext { MapWeights = true });

    private static bool IsMapped(WeightEncoding weight) => weight is Dense dense && IsMapped(dense);

    private static unsafe bool IsMapped(Dense dense)
    {
        fixed (float* at = dense.Values)
        {
            ulong address = (ulong)at;
            return File.ReadLines("/proc/self/maps").Any(line => line.EndsWith(".onnx", StringComparison.Ordinal) && Holds(line.Split(' ')[0].Split('-'), address));
        }
    }

    private static bool Holds(string[] range, ulong address) => address >= Convert.ToUInt64(range[0], 16) && address < Convert.ToUInt64(range[1], 16);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Load_Mapped_GivesTheSameModelAndTheSameResults(bool transposed)
    {
        string path = Write(transposed);
        Model read = ModelFile.Load(path), mapped = Map(path);
        foreach (string name in read.Weights.Keys)
            MemoryMarshal.AsBytes<float>(mapped.Weights[name].ToArray()).SequenceEqual(MemoryMarshal.AsBytes<float>(read.Weights[name].ToArray())).ShouldBeTrue(name);
        float[] expected = Run(read);
        Run(mapped).ShouldBe(expected);
        // Packing has let the pages go; the numbers are still there.
        mapped.Weights["w"].ToArray().ShouldBe(read.Weights["w"].ToArray());
        Run(mapped).ShouldBe(expected);
    }

    [Fact]
    public void Load_Mapped_LeavesLargeWeightsInTheFileAndOthersInMemory()
    {
        if (!OperatingSystem.IsLinux()) return; // only Linux tells what is mapped
        string path = Write(transposed: true);
        Model mapped = Map(path);
        IsMapped(mapped.Weights["w"]).ShouldBeTrue();
        IsMapped(mapped.Weights["b"]).ShouldBeFalse();
        IsMapped(ModelFile.Load(path).Weights["w"]).ShouldBeFalse();
    }

    [Fact]
    public void Load_Mapped_OutlivesTheFileThatIsReplaced()
    {
        string path = Write(transposed: true);
        Model read = ModelFile.Load(path), mapped = Map(path);
        ModelFile.Save(ModelFile.Load(Write(transposed: false)), path);
        mapped.Weights["w"].ToArray().ShouldBe(read.Weights["w"].ToArray());
    }

    [Theory]
    [InlineData(10)]
    [InlineData(5000)]
    [InlineData(20_000)]
    public void Load_MappedAndCutShort_IsRefused(int bytes)
    {
        string path = Write(transposed: true);
        byte[] whole = File.ReadAllBytes(path);
        string cut = Path.Combine(_folder, "cut.onnx");
        File.WriteAllBytes(cut, whole[..Math.Min(bytes, whole.Length - 1)]);
        Should.Throw<ModelException>(() => Map(cut));
    }

    private static float[] Run(Model model)
    {
        var session = new Session(model, new PlanOptions { Threads = 1 });
        Span<float> x = session.Input("x").Floats;
        for (int i = 0; i < x.Length; i++) x[i] = i % 7 - 3;
        session.Run();
        return session.Output("y").Floats.ToArray();
    }
}
