using Pare.Compression.Data;
using Pare.Runtime;

namespace Pare.Compression.Evaluation;

/// <summary>Measures a network that classifies on a data set.</summary>
public static class Evaluator
{
    /// <summary>Runs the whole data set through the model.</summary>
    /// <param name="model">One input F32[N, ...]; the first output is F32[N, classes], logits or the result of a softmax.</param>
    /// <param name="data">Labelled samples of the input's shape.</param>
    /// <param name="options">How; null: the defaults.</param>
    /// <param name="progress">Hears how many samples are done, after each run.</param>
    /// <param name="cancel">Stops between runs.</param>
    /// <exception cref="ModelException">The model is no classifier.</exception>
    /// <exception cref="DataException">Samples, labels or their range do not fit the model.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Metrics Run(
        Model model, DataSet data, EvaluationOptions? options = null, IProgress<int>? progress = null, CancellationToken cancel = default)
    {
        options ??= new EvaluationOptions();
        long start = options.Clock.GetTimestamp();
        Preprocessing preprocessing = EvaluationOptions.PreprocessingFor(model, data, options.Preprocessing);
        ClassifierPorts ports = ClassifierPorts.Of(model, data, preprocessing);
        int batch = ports.Batch is null ? ports.FixedBatch : Math.Min(options.BatchSize, data.Count);
        var session = new Session(ExecutionPlan.Build(model, options.Plan, ports.For(batch)));
        Tensor output = session.Output(ports.Output);
        int classes = ports.Classes(output.Type, data);
        Score score = Measure(session, ports, classes, new BatchOptions { BatchSize = batch }, data, preprocessing, progress, cancel);
        return new Metrics(
            score.Samples, score.Errors, classes >= 10 ? score.TopFiveErrors : null, score.Loss / score.Samples,
            options.Clock.GetElapsedTime(start).TotalSeconds);
    }

    /// <summary>The mean squared difference between what the model makes and what goes in: how well an auto-encoder works. Labels are not read.</summary>
    /// <param name="model">One input F32[N, ...]; the first output is of the same shape.</param>
    /// <param name="data">Samples of the input's shape.</param>
    /// <param name="options">How; null: the defaults.</param>
    /// <param name="progress">Hears how many samples are done, after each run.</param>
    /// <param name="cancel">Stops between runs.</param>
    /// <exception cref="ModelException">The output has another length than the input.</exception>
    /// <exception cref="DataException">Samples or their range do not fit the model.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static double ReconstructionError(
        Model model, DataSet data, EvaluationOptions? options = null, IProgress<int>? progress = null, CancellationToken cancel = default)
    {
        options ??= new EvaluationOptions();
        Preprocessing preprocessing = EvaluationOptions.PreprocessingFor(model, data, options.Preprocessing);
        ClassifierPorts ports = ClassifierPorts.Of(model, data, preprocessing, labelled: false);
        int batch = ports.Batch is null ? ports.FixedBatch : Math.Min(options.BatchSize, data.Count);
        var session = new Session(ExecutionPlan.Build(model, options.Plan, ports.For(batch)));
        Tensor input = session.Input(ports.Input), output = session.Output(ports.Output);
        if (output.DType != DType.F32 || output.Length != input.Length)
            throw new ModelException($"The output '{ports.Output}' is {output.Type}, the input is {input.Type}; to make its input again it must have as many numbers.");
        using var loader = new BatchLoader(data, preprocessing, new BatchOptions { BatchSize = batch }, cancel);
        double squares = 0;
        for (int done = 0; loader.TryNext(out Batch? next); progress?.Report(done += next.Count))
        {
            next.Inputs.Span.CopyTo(input.Floats);
            session.Run();
            for (int i = 0; i < next.Inputs.Length; i++)
            {
                double difference = output.Floats[i] - next.Inputs.Span[i];
                squares += difference * difference;
            }
        }
        return squares / ((double)data.Count * data.SampleLength);
    }

    private static Score Measure(
        Session session, ClassifierPorts ports, int classes, BatchOptions batches, DataSet data, Preprocessing preprocessing, IProgress<int>? progress,
        CancellationToken cancel)
    {
        var score = new Score();
        Tensor input = session.Input(ports.Input), output = session.Output(ports.Output);
        using var loader = new BatchLoader(data, preprocessing, batches, cancel);
        while (loader.TryNext(out Batch? batch))
        {
            // The last batch may be short: what stands behind it from the run before is computed again and not counted.
            batch.Inputs.Span.CopyTo(input.Floats);
            session.Run();
            score.Count(output.Floats, batch.Labels.Span, classes);
            score.AddLoss(output.Floats, batch.Labels.Span, classes, ports.Probabilities);
            progress?.Report(score.Samples);
        }
        return score;
    }
}
