using System.Globalization;
using Pare.Compression.Data;
using Pare.Formats.Onnx;
using Pare.Operators;
using Pare.Runtime;

namespace Pare.Peers.OnnxRuntime;

/// <summary>Quantized networks as ONNX files, run over a test set by both engines: how often both say the same class.</summary>
internal static class QuantizedAgreement
{
    private const int Batch = 100;
    private const double Asked = 0.995;

    /// <summary>Compares all files; prints one line each. 1 where one agrees too seldom.</summary>
    /// <param name="library">ONNX Runtime's library.</param>
    /// <param name="data">Name of the data set, in PARE_DATA.</param>
    /// <param name="files">Quantized models.</param>
    public static int CompareAll(string library, string data, string[] files)
    {
        using var peer = new OrtRuntime(library, Environment.ProcessorCount);
        DataSet test = DataSourceCatalog.Default.Find(data).Open(DataPart.Test, new DataLocations([Environment.GetEnvironmentVariable("PARE_DATA") ?? throw new InvalidOperationException("PARE_DATA is not set.")]));
        DirectoryInfo folder = Directory.CreateTempSubdirectory("pare-agreement-");
        int seldom = 0;
        Console.WriteLine("network\tform\tsamples\tsame class\tshare\twrong here\twrong there");
        try
        {
            foreach (string file in files)
                foreach (QuantizedForm form in (ReadOnlySpan<QuantizedForm>)[QuantizedForm.Qdq, QuantizedForm.QOperator])
                {
                    (int same, int ours, int theirs) = Compare(peer, ModelFile.Load(file), form, test, Path.Combine(folder.FullName, "network.onnx"));
                    double share = (double)same / test.Count;
                    if (share < Asked) seldom++;
                    string name = Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(file)))!;
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}\t{form}\t{test.Count}\t{same}\t{100 * share:F2} %\t{ours}\t{theirs}"));
                }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
        return seldom == 0 && files.Length > 0 ? 0 : 1;
    }

    private static (int Same, int Ours, int Theirs) Compare(OrtRuntime peer, Model stored, QuantizedForm form, DataSet test, string file)
    {
        Preprocessing preprocessing = Preprocessing.FromMetadata(stored.Metadata.Properties) ?? Preprocessing.DefaultFor(test);
        ModelFile.Save(stored, file, new OnnxFormat(new OnnxWriteOptions { Quantized = form }));
        Model model = ModelFile.Load(file);
        (string input, string output) = (model.Inputs[0].Name, model.Outputs[0]);
        if (!model.Nodes.Any(n => n.Operator is QuantizeLinear)) throw new InvalidOperationException("The network is not quantized.");
        var session = new Session(ExecutionPlan.Build(model, bindings: model.Inputs[0].Type.Shape[0].Names.ToDictionary(n => n, _ => (long)Batch, StringComparer.Ordinal)));
        using var loader = new BatchLoader(test, preprocessing, new BatchOptions { BatchSize = Batch });
        (int same, int ours, int theirs) = (0, 0, 0);
        while (loader.TryNext(out Batch? batch))
        {
            if (batch.Count != Batch) throw new InvalidOperationException($"{test.Count} samples are no whole number of batches.");
            Tensor x = session.Input(input), y = session.Output(output);
            batch.Inputs.Span.CopyTo(x.Floats);
            session.Run();
            float[] there = peer.Run(file, input, batch.Inputs.Span, [.. x.Dims.ToArray().Select(d => (long)d)], output, y.Length);
            int classes = y.Length / Batch;
            for (int i = 0; i < Batch; i++)
            {
                int a = Class(y.Floats.Slice(i * classes, classes)), b = Class(there.AsSpan(i * classes, classes)), label = batch.Labels.Span[i];
                if (a == b) same++;
                if (a != label) ours++;
                if (b != label) theirs++;
            }
        }
        return (same, ours, theirs);
    }

    private static int Class(ReadOnlySpan<float> scores)
    {
        int best = 0;
        for (int i = 1; i < scores.Length; i++)
            if (scores[i] > scores[best]) best = i;
        return best;
    }
}
