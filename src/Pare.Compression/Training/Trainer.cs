using Pare.Compression.Data;
using Pare.Compression.Evaluation;
using Pare.Runtime;

namespace Pare.Compression.Training;

/// <summary>Trains a network, whatever its weights are encoded as: leaves of any encoding learn, masks and indices stay.</summary>
/// <remarks>
/// The same task gives the same bytes, at any number of threads, whether it was interrupted or not. A last batch of an epoch that would
/// be short is left out. Numbers are read from and written to memory that is allocated before the first step.
/// </remarks>
public static class Trainer
{
    /// <summary>Trains until all epochs are done, it is cancelled, or the loss is no number any more.</summary>
    /// <param name="task">What, on what, and how.</param>
    /// <param name="progress">Hears a few times a second how far training is, and the result of each epoch; called by the training thread.</param>
    /// <param name="cancel">Stops after the step that runs; a checkpoint is written where the settings name one, and the best so far is returned.</param>
    /// <returns>The best epoch's model and how it came about.</returns>
    /// <exception cref="RecipeException">Settings are wrong, or the checkpoint belongs to another task.</exception>
    /// <exception cref="DataException">The data does not fit the model.</exception>
    /// <exception cref="ModelException">The model is no classifier, or the checkpoint is damaged.</exception>
    /// <exception cref="UnsupportedException">Nodes between a trained weight and the loss have no gradient; all are named.</exception>
    public static TrainingResult Train(TrainingTask task, IProgress<TrainingProgress>? progress = null, CancellationToken cancel = default)
    {
        TrainingSettings settings = task.Settings;
        settings.Validate();
        if (settings.TeacherShare > 0 && task.Teacher is null)
            throw new RecipeException($"teacher-share is {settings.TeacherShare}, and there is no teacher. Name one, or leave teacher-share out.");
        if (settings.Checkpoint is { } path && Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder))
            throw new RecipeException($"The checkpoint '{path}' cannot be written: there is no folder '{folder}'. Make it, or name another file.");
        (DataSet train, DataSet? validation) = task.Validation is { } given ? (task.Data, given)
            : settings.Validation == 0 ? (task.Data, null)
            : task.Data.Split(settings.Validation, settings.Seed);
        Preprocessing preprocessing = EvaluationOptions.PreprocessingFor(task.Model, task.Data, task.Preprocessing);
        bool classifies = !Reconstruction.IsGoalOf(task.Model, settings.Goal);
        if (!classifies && settings.TeacherShare > 0)
            throw new RecipeException($"teacher-share is {settings.TeacherShare}, but a network that makes its input again has no classes to learn from a teacher.");
        ClassifierPorts ports = ClassifierPorts.Of(task.Model, train, preprocessing, classifies);
        int batch = Math.Min(settings.BatchSize, train.Count);
        Func<LeafScope, bool>? trains = settings.Roles.IsEmpty ? null : where => settings.Roles.Contains(where.Role);
        TrainableWeights weights = TrainableWeights.Bind(task.Model, TrainingGraph.Candidates(task.Model).Where(w => task.Weights?.Contains(w) ?? true), trains);
        var graph = TrainingGraph.Build(task.Model, new TrainingGraphOptions
        {
            Batch = batch,
            Weights = weights.Names,
            Bindings = ports.Bindings,
            FreezeBatchNorm = settings.FreezeBatchNorm,
            Distillation = settings.TeacherShare > 0 ? new Distillation(settings.TeacherShare, settings.Temperature) : null,
            Loss = task.Loss ?? (classifies ? new CrossEntropy((float)settings.LabelSmoothing) : new Reconstruction(task.Model.Inputs[0].Name)),
        });
        if (graph.Gradients.Count < weights.Names.Length) weights = TrainableWeights.Bind(task.Model, weights.Names.Where(graph.Gradients.ContainsKey), trains);
        byte[] fingerprint = settings.Checkpoint is null ? [] : task.Fingerprint(preprocessing, train, validation, weights);
        var session = new Session(ExecutionPlan.Build(graph.Model, new PlanOptions { Threads = settings.ThreadCount, Winograd = false, IntegerArithmetic = false }));
        if (classifies) ports.Classes(session.Output(graph.Logits).Type, train);
        Teacher? teacher = settings.TeacherShare > 0
            ? new Teacher(task.Teacher!, train, preprocessing, batch, session.Output(graph.Logits).Dims[1], settings.Temperature, settings.ThreadCount)
            : null;
        var run = new TrainingRun(task, graph, weights, session, train, validation, preprocessing, fingerprint, batch, teacher, classifies);
        return run.Train(progress, cancel);
    }
}
