using System.Diagnostics;
using System.Runtime.InteropServices;
using Pare.Encodings;
using Pare.Jit;
using Pare.Operators;
using Pare.Runtime;

namespace Pare.Benchmarks;

/// <summary>
/// Layers of signs, from bits to bits (packing and limits included), from bits to floats and from floats to floats, beside the same layer in floats
/// without Winograd's forms and a naive loop in C at -O2: microseconds, G binary operations a second (an xor and a count are two), and ratios.
/// </summary>
internal static unsafe class BinaryBenchmark
{
    private const double LeastWork = 2e8;

    public static void Run(CpuFeatures cpu, int threads, string name)
    {
        var options = new PlanOptions { Cpu = cpu, Threads = threads, Winograd = false };
        Run(options, name);
        if (cpu.HasAvx512PopulationCount && MachineCode.Unavailable is null) Run(options.WithMachineCode(), name);
    }

    private static void Run(PlanOptions options, string name)
    {
        (CpuFeatures cpu, int threads) = (options.Cpu, options.Threads);
        delegate* unmanaged<float*, float*, float*, float*, int, int, int, void> naive = Compile();
        Console.WriteLine($"level {cpu.Describe()}, {threads} thread(s); G binary operations/s from bits to bits, to floats, floats to floats; times as fast as floats, as the C loop (bits to bits)");
        foreach ((int channels, int size) in new[] { (128, 28), (256, 28), (128, 14), (256, 14), (64, 56), (512, 7) })
        {
            string what = $"3x3 {channels} {size}x{size}";
            if (!what.Contains(name)) continue;
            Session[] sessions =
            [
                Layer(Form.Bits, channels, size, options), Layer(Form.BitsToFloats, channels, size, options),
                Layer(Form.FloatsToFloats, channels, size, options), Layer(Form.Floats, channels, size, options),
            ];
            double work = 2.0 * 9 * channels * channels * size * size;
            int repeats = (int)Math.Max(1, 20 * LeastWork / work);
            using var x = new NativeBuffer((long)channels * size * size);
            using var w = new NativeBuffer(9L * channels * channels);
            using var limits = new NativeBuffer(channels);
            using var y = new NativeBuffer((long)channels * size * size);
            Action loop = () => naive(x.Floats, w.Floats, limits.Floats, y.Floats, channels, size, channels);
            Timing[] timings = Stopwatching.Time(9, processorTime: threads == 1, [.. sessions.Select((s, i) => (Action)(() => Repeat(s, i == 3 ? repeats / 5 + 1 : repeats)))]);
            Timing slow = Stopwatching.Time(3, processorTime: true, loop)[0];
            double[] seconds = [.. timings.Select((t, i) => t.Median / (i == 3 ? repeats / 5 + 1 : repeats))];
            Console.WriteLine(
                $"{what,-16} {sessions[0].Plan.Steps[0].Kernel,-20} {seconds[0] * 1e6,8:F1} us {work / seconds[0] / 1e9,6:F0} G/s {work / seconds[1] / 1e9,6:F0} G/s {work / seconds[2] / 1e9,6:F0} G/s   "
                + $"{sessions[3].Plan.Steps[0].Kernel} {seconds[3] * 1e6:F0} us {seconds[3] / seconds[0]:F1}x   C {slow.Median * 1e6:F0} us {slow.Median / seconds[0]:F0}x   {sessions[0].Plan.PackedBytes * 8.0 / (9 * channels * channels):F2} bits a weight");
        }
        foreach ((int rows, int k, int outputs) in new[] { (1, 4096, 4096), (1, 1024, 1000), (16, 1024, 1024), (128, 1024, 1024) })
        {
            string what = $"{rows}x{k} times {k}x{outputs}";
            if (!what.Contains(name)) continue;
            Session[] sessions = [Product(true, rows, k, outputs, cpu, threads), Product(false, rows, k, outputs, cpu, threads)];
            double work = 2.0 * rows * k * outputs;
            int repeats = (int)Math.Max(1, LeastWork / work);
            Timing[] timings = Stopwatching.Time(9, processorTime: threads == 1, [.. sessions.Select(s => (Action)(() => Repeat(s, repeats)))]);
            double[] seconds = [.. timings.Select(t => t.Median / repeats)];
            Console.WriteLine(
                $"{what,-30} {sessions[0].Plan.Steps[0].Kernel,-20} {seconds[0] * 1e6,8:F1} us {work / seconds[0] / 1e9,6:F0} G/s   {sessions[1].Plan.Steps[0].Kernel} {seconds[1] * 1e6:F0} us {seconds[1] / seconds[0]:F1}x");
        }
    }

    // From bits to floats, and of floats.
    private static Session Product(bool isBinary, int rows, int k, int outputs, CpuFeatures cpu, int threads)
    {
        var editor = new ModelEditor();
        var random = new Rng(1);
        Shape weight = Shape.Of(outputs, k);
        float[] numbers = new float[weight.Elements];
        foreach (ref float number in numbers.AsSpan()) number = random.NextSingle() - 0.5f;
        string x = editor.AddInput("x", isBinary ? new TensorType(DType.U32, Shape.Of(rows, k / 32)) : new TensorType(DType.F32, Shape.Of(rows, k)));
        string w = editor.SetWeight("w", isBinary ? BinaryWeight.Of(weight, numbers) : new Dense(weight, numbers));
        string[] factors = isBinary ? [editor.SetConstant("factors", Tensor.Vector<float>([.. Enumerable.Range(0, outputs).Select(c => 0.01f * c - 0.5f)]))] : [];
        editor.AddOutput(editor.Add(isBinary ? new BinaryGemm(new BinaryResult(false)) : new Gemm { TransB = true }, "y", [x, w, .. factors]));
        var session = new Session(ExecutionPlan.Build(editor.Build(), new PlanOptions { Cpu = cpu, Threads = threads }));
        foreach (ref byte value in session.Input("x").Bytes) value = (byte)random.NextInt32(isBinary ? 256 : 60);
        return session;
    }

    private enum Form { Bits, BitsToFloats, FloatsToFloats, Floats }

    private static Session Layer(Form form, int channels, int size, PlanOptions options)
    {
        var editor = new ModelEditor();
        var random = new Rng(1);
        Conv conv = new() { Window = Window.Square(3, pad: 1) };
        Shape image = Shape.Of(1, size, size, channels), weight = Shape.Of(channels, channels, 3, 3);
        float[] numbers = new float[weight.Elements];
        foreach (ref float number in numbers.AsSpan()) number = random.NextSingle() - 0.5f;
        string w = editor.SetWeight("w", form == Form.Floats ? new Dense(weight, numbers) : BinaryWeight.Of(weight, numbers));
        bool isBits = form is Form.Bits or Form.BitsToFloats;
        string x = editor.AddInput("x", isBits ? new TensorType(DType.U32, image.With(3, channels / 32)) : new TensorType(DType.F32, image));
        if (form == Form.FloatsToFloats) x = editor.Add(new ChannelsLast(new Binarize(1)), "bits", x);
        string[] ends = form switch
        {
            Form.Floats => [],
            Form.Bits => [editor.SetConstant("limits", Tensor.Vector<int>([.. Enumerable.Range(0, channels).Select(c => c % 21 - 10)]))],
            _ => [editor.SetConstant("factors", Tensor.Vector<float>([.. Enumerable.Range(0, channels).Select(c => 0.01f * c - 0.5f)]))],
        };
        Operator op = form == Form.Floats ? conv : new BinaryConv(conv, channels, new BinaryResult(form == Form.Bits));
        editor.AddOutput(editor.Add(new ChannelsLast(op), "y", [x, w, .. ends]));
        var session = new Session(ExecutionPlan.Build(editor.Build(), options));
        if (isBits) foreach (ref byte value in session.Input("x").Bytes) value = (byte)random.NextInt32(256);
        else foreach (ref float value in session.Input("x").Floats) value = random.NextSingle() - 0.5f;
        return session;
    }

    // The compiler's own library lives as long as the process.
    private static delegate* unmanaged<float*, float*, float*, float*, int, int, int, void> Compile()
    {
        string folder = Directory.CreateTempSubdirectory("pare-bench").FullName, library = Path.Combine(folder, "naive.so");
        string source = Path.Combine(AppContext.BaseDirectory, "NaiveBinary.c");
        using Process compiler = Process.Start("cc", ["-O2", "-shared", "-fPIC", "-o", library, source]);
        compiler.WaitForExit();
        nint loaded = NativeLibrary.Load(library);
        Directory.Delete(folder, recursive: true);
        return (delegate* unmanaged<float*, float*, float*, float*, int, int, int, void>)NativeLibrary.GetExport(loaded, "naive_binary");
    }

    private static void Repeat(Session session, int times)
    {
        for (int i = 0; i < times; i++) session.Run();
    }
}
