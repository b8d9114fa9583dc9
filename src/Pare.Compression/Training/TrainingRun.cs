using System.Collections.Immutable;
using Pare.Compression.Data;
using Pare.Compression.Evaluation;
using Pare.Compression.Training.Optimizers;
using Pare.Compression.Training.Schedules;
using Pare.Runtime;

namespace Pare.Compression.Training;

/// <summary>One call of the trainer: the loop over epochs and steps, and what it keeps.</summary>
internal sealed class TrainingRun
{
    private static readonly TimeSpan ReportEvery = TimeSpan.FromMilliseconds(200);

    private readonly TrainingTask _task;
    private readonly TrainingSettings _settings;
    private readonly TrainingGraph _graph;
    private readonly Session _session;
    private readonly TrainingStep _step;
    private readonly TrainableWeights _weights;
    private readonly TrainingState _state;
    private readonly Schedule _schedule;
    private readonly DataSet _train;
    private readonly DataSet? _validation;
    private readonly Preprocessing _preprocessing;
    private readonly byte[] _fingerprint;
    private readonly int _batch;
    private readonly bool _classifies;
    private readonly Tensor[] _statistics;
    private readonly ImmutableArray<RunningStatistic> _statisticNames;
    private TimeSpan _trained;
    private long _stepsHere;

    public TrainingRun(
        TrainingTask task, TrainingGraph graph, TrainableWeights weights, Session session, DataSet train, DataSet? validation, Preprocessing preprocessing,
        byte[] fingerprint, int batch, Teacher? teacher, bool classifies)
    {
        (_task, _settings, _weights, _train, _validation) = (task, task.Settings, weights, train, validation);
        (_preprocessing, _fingerprint, _batch, _classifies) = (preprocessing, fingerprint, batch, classifies);
        (_graph, _session) = (graph, session);
        weights.Attach(session.Input, name => session.Output(graph.Gradients[name]));
        _statisticNames = graph.Statistics;
        _statistics = [.. graph.Statistics.Select(s => session.Input(s.Weight))];
        foreach ((RunningStatistic statistic, Tensor values) in graph.Statistics.Zip(_statistics))
            task.Model.Weights[statistic.Weight].Decode(0, values.Floats);
        Optimizer optimizer = OptimizerCatalog.Default.Get(_settings.Optimizer).Make(_settings);
        _schedule = ScheduleCatalog.Default.Get(_settings.Schedule).Make(_settings);
        ImmutableArray<TrainableLeaf> leaves = [.. weights.Leaves.Where(l => l.Trains)];
        _state = new TrainingState(leaves, optimizer.Slots, graph.Statistics, _statistics) { ScheduleState = _schedule.State };
        _step = new TrainingStep(_settings, graph, weights, leaves, session, optimizer, _state, teacher, classifies);
    }

    public TrainingResult Train(IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        if (_settings.Checkpoint is { } path && File.Exists(path))
        {
            CheckpointFile.Read(path, _fingerprint, _state);
            _schedule.State = _state.ScheduleState;
        }
        StopReason reason = Run(progress, cancel);
        string message = Describe(reason);
        _state.RestoreBest();
        return new TrainingResult(
            Snapshot().WithMetadata(TrainedMetadata()), reason, message, _state.BestEpoch, [.. _state.History], _train.Count, _validation?.Count ?? 0,
            ImagesPerSecond);
    }

    private double ImagesPerSecond => _trained > TimeSpan.Zero ? _stepsHere * _batch / _trained.TotalSeconds : 0;

    private StopReason Run(IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        if (_state.Epoch >= _settings.Epochs) return StopReason.Finished;
        using var loader = new BatchLoader(_train, _preprocessing, new BatchOptions
        {
            BatchSize = _batch,
            Shuffle = true,
            DropLast = true,
            Seed = _settings.Seed,
            Augmentation = _settings.Augmentation,
            StartEpoch = _state.Epoch,
            StartBatch = _state.Position,
            EndEpoch = _settings.Epochs,
        });
        long start = _task.Clock.GetTimestamp();
        while (_state.Epoch < _settings.Epochs)
        {
            if (IsLate()) return StopReason.StoppedEarly;
            if (TrainEpoch(loader, start, progress, cancel) is { } stopped) return Saved(stopped);
            try
            {
                if (!_weights.AreFinite()) return StopReason.Diverged;
                FinishEpoch(loader.BatchesPerEpoch, start, progress, cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return Saved(StopReason.Cancelled);
            }
            if (_state.Epoch % _settings.CheckpointEvery == 0 || _state.Epoch == _settings.Epochs) Save();
        }
        return IsLate() && _state.Epoch < _settings.Epochs ? StopReason.StoppedEarly : StopReason.Finished;
    }

    private StopReason? TrainEpoch(BatchLoader loader, long start, IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        long begun = _task.Clock.GetTimestamp(), reported = begun;
        try
        {
            while (_state.Position < loader.BatchesPerEpoch)
            {
                if (cancel.IsCancellationRequested) return StopReason.Cancelled;
                if (!loader.TryNext(out Batch? batch)) throw new InvalidOperationException("The loader ended before the epoch.");
                if (!_step.Run(batch, Rate(_state.Epoch + (double)_state.Position / loader.BatchesPerEpoch, loader.BatchesPerEpoch)))
                    return StopReason.Diverged;
                _stepsHere++;
                if (progress is null || _task.Clock.GetElapsedTime(reported) < ReportEvery) continue;
                reported = _task.Clock.GetTimestamp();
                progress.Report(Progress(loader.BatchesPerEpoch, start, _trained + _task.Clock.GetElapsedTime(begun), null));
            }
            return null;
        }
        finally
        {
            _trained += _task.Clock.GetElapsedTime(begun);
        }
    }

    private void FinishEpoch(int steps, long start, IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        (double validationLoss, double validationAccuracy) = Validate(cancel);
        var result = new EpochResult(
            _state.Epoch + 1, Rate(_state.Epoch + (steps - 1.0) / steps, steps), _state.LossSum / steps,
            _classifies ? (double)_state.Correct / ((long)steps * _batch) : double.NaN, validationLoss, validationAccuracy);
        bool better = IsBetter(result);
        _state.History.Add(result);
        TrainingProgress report = Progress(steps, start, _trained, result);
        (_state.Epoch, _state.Position, _state.LossSum, _state.Correct) = (_state.Epoch + 1, 0, 0, 0);
        if (better) _state.KeepAsBest();
        _schedule.Observe(_validation is null ? result.Loss : validationLoss);
        _state.ScheduleState = _schedule.State;
        progress?.Report(report);
    }

    private (double Loss, double Accuracy) Validate(CancellationToken cancel)
    {
        if (_validation is null) return (double.NaN, double.NaN);
        var options = new EvaluationOptions { Preprocessing = _preprocessing, Plan = new PlanOptions { Threads = _settings.ThreadCount } };
        if (!_classifies) return (Evaluator.ReconstructionError(Snapshot(), _validation, options, null, cancel), double.NaN);
        Metrics metrics = Evaluator.Run(Snapshot(), _validation, options, null, cancel);
        return (metrics.MeanLoss, metrics.Accuracy);
    }

    /// <summary>The rate at a point of training, warm-up included.</summary>
    private double Rate(double epoch, int steps)
    {
        double warm = _settings.WarmupEpochs > 0 ? Math.Min(1, (epoch + 1.0 / steps) / _settings.WarmupEpochs) : 1;
        return _settings.LearningRate * warm * _schedule.Factor(epoch);
    }

    /// <summary>Without validation samples, or a wish to choose, every epoch is better than the one before. Equal accuracies are told apart by the loss.</summary>
    private bool IsBetter(EpochResult result)
    {
        if (_validation is null || _settings.KeepBest == "last" || _state.BestEpoch == 0) return true;
        EpochResult best = _state.History[_state.BestEpoch - 1];
        return _settings.KeepBest == "loss" || !_classifies || result.ValidationAccuracy == best.ValidationAccuracy
            ? result.ValidationLoss < best.ValidationLoss
            : result.ValidationAccuracy > best.ValidationAccuracy;
    }

    private bool IsLate() => _settings.EarlyStopping > 0 && _state.Epoch - _state.BestEpoch >= _settings.EarlyStopping;

    private StopReason Saved(StopReason reason)
    {
        // A run that diverged would diverge again from there; the last good checkpoint stays.
        if (reason == StopReason.Cancelled) Save();
        return reason;
    }

    private void Save()
    {
        if (_settings.Checkpoint is { } path) CheckpointFile.Write(path, _fingerprint, _state);
    }

    private Model Snapshot() => _weights.ToModel().WithWeights(_statisticNames.Zip(_statistics).Select(s =>
        KeyValuePair.Create(s.First.Weight, (WeightEncoding)new Dense(s.Second.Shape, s.Second.Floats.ToArray()))));

    private Metadata TrainedMetadata()
    {
        Metadata metadata = _task.Model.Metadata;
        if (Preprocessing.FromMetadata(metadata.Properties) is { } old) metadata = metadata with { Properties = metadata.Properties.RemoveRange(old.ToMetadata().Keys) };
        foreach ((string key, string value) in _preprocessing.TrainedOn(_train).ToMetadata()) metadata = metadata.With(key, value);
        return metadata;
    }

    private TrainingProgress Progress(int steps, long start, TimeSpan trained, EpochResult? finished)
    {
        long left = (long)(_settings.Epochs - _state.Epoch) * steps - _state.Position;
        TimeSpan spent = _task.Clock.GetElapsedTime(start);
        return new TrainingProgress(
            _state.Epoch + 1, _settings.Epochs, _state.Position, steps, _state.LossSum / Math.Max(_state.Position, 1),
            _classifies ? _state.Correct / Math.Max((double)_state.Position * _batch, 1) : double.NaN, _stepsHere * _batch / Math.Max(trained.TotalSeconds, 1e-9),
            _stepsHere == 0 ? TimeSpan.Zero : spent / _stepsHere * left, finished);
    }

    private string Describe(StopReason reason)
    {
        string from = _state.BestEpoch == 0 ? "no epoch was finished, so the model is as it came" : $"the model is that of epoch {_state.BestEpoch}";
        return reason switch
        {
            StopReason.Finished => $"All {_settings.Epochs} epochs are done; {from}.",
            StopReason.StoppedEarly => $"Stopped after epoch {_state.Epoch}: none of the last {_settings.EarlyStopping} epochs was better; {from}.",
            StopReason.Cancelled => $"Cancelled in epoch {_state.Epoch + 1} after {_state.Position} steps; {from}.",
            _ => Diverged(from),
        };
    }

    private string Diverged(string from)
    {
        string what = float.IsFinite(_step.LastLoss) ? "weights are no finite numbers any more" : $"loss became {_step.LastLoss}";
        string where = Divergence.Describe(_graph, _session, _weights, _settings.ThreadCount) is { Length: > 0 } found ? $": {found}" : "";
        return $"The {what} in epoch {_state.Epoch + 1} at step {_state.Position + 1}{where}; {from}. Lower the learning rate (now {_settings.LearningRate}), "
            + "let it climb at first (warmup-epochs), or clip gradients (clip-norm).";
    }
}
