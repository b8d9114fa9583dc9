using System.Runtime.ExceptionServices;

namespace Pare.Compression.Data;

/// <summary>Prepares batches on a thread of its own, at most two ahead of the consumer, in buffers that are used again.</summary>
/// <remarks>
/// What a batch holds follows from the data, the settings and (seed, epoch, index) alone, never from timing; so a loader started at (epoch,
/// index) goes on
/// exactly as one that came there. For one consumer. Nothing is allocated per batch; an epoch allocates two small generators.
/// </remarks>
public sealed class BatchLoader : IDisposable
{
    private const int Slots = 3; // one in the consumer's hands, two prepared

    private readonly DataSet _data;
    private readonly BatchOptions _options;
    private readonly SampleWriter _writer;
    private readonly Batch[] _ring;
    private readonly Thread _thread;
    private readonly CancellationToken _cancel;
    private readonly CancellationTokenRegistration _registration;
    private readonly Lock _start = new();
    private readonly object _gate = new(); // a Monitor, for Wait and Pulse
    private long _prepared, _taken, _released; // all guarded by _gate; released <= taken <= prepared <= released + Slots
    private bool _finished, _stopped, _started, _disposed;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Makes a loader; its thread starts with the first <see cref="TryNext"/>.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="preprocessing">How they become inputs.</param>
    /// <param name="options">Which batches.</param>
    /// <param name="cancel">Ends the thread, and makes <see cref="TryNext"/> throw.</param>
    /// <exception cref="DataException">There is no sample, or no batch, because the data has fewer samples than one batch and short ones
    /// are left out.</exception>
    /// <exception cref="RecipeException">A setting is out of range or does not fit the samples.</exception>
    public BatchLoader(DataSet data, Preprocessing preprocessing, BatchOptions options, CancellationToken cancel = default)
    {
        if (options.BatchSize < 1 || (long)options.BatchSize * data.SampleLength > Array.MaxLength)
            throw new RecipeException(
                $"Batch size {options.BatchSize} must be at least 1 and, times {data.SampleLength} numbers a sample, at most "
                + $"{Array.MaxLength}.");
        options.Augmentation.Validate(data);
        BatchesPerEpoch = options.DropLast ? data.Count / options.BatchSize : (int)((data.Count + (long)options.BatchSize - 1) / options.BatchSize);
        if (BatchesPerEpoch == 0)
            throw new DataException(
                $"Data '{data.Name}' has {data.Count} samples, fewer than one batch of {options.BatchSize}, and short batches are left "
                + "out. Use a smaller batch size.");
        if (options.StartEpoch < 0 || options.StartBatch < 0 || options.StartBatch > BatchesPerEpoch)
            throw new RecipeException(
                $"Batches cannot start at epoch {options.StartEpoch}, batch {options.StartBatch}; an epoch has batches 0 to "
                + $"{BatchesPerEpoch - 1}.");
        (_data, _options, _cancel) = (data, options, cancel);
        _writer = new SampleWriter(data, preprocessing);
        int capacity = Math.Min(options.BatchSize, data.Count);
        _ring = new Batch[Slots];
        for (int i = 0; i < Slots; i++)
            _ring[i] = new Batch(capacity, data.SampleLength);
        _thread = new Thread(Produce) { IsBackground = true, Name = "Pare batches" };
        _registration = cancel.Register(Stop);
    }

    /// <summary>How many batches an epoch has.</summary>
    public int BatchesPerEpoch { get; }

    /// <summary>Waits for the next batch. The one given before must not be used afterwards.</summary>
    /// <param name="batch">The batch, or null after the last one.</param>
    /// <returns>False after the last batch of the last epoch.</returns>
    /// <exception cref="OperationCanceledException">The loader's token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The loader is disposed.</exception>
    public bool TryNext([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Batch? batch)
    {
        StartOnce();
        lock (_gate)
        {
            if (_released < _taken)
            {
                _released = _taken;
                Monitor.PulseAll(_gate);
            }

            while (_taken == _prepared && !_finished && !_stopped && _failure is null)
                Monitor.Wait(_gate);
            _cancel.ThrowIfCancellationRequested();
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_taken < _prepared)
            {
                batch = _ring[_taken++ % Slots];
                return true;
            }

            _failure?.Throw();
            batch = null;
            return false;
        }
    }

    /// <summary>Ends the thread and waits for it.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
        }

        _registration.Dispose();
        Stop();
        lock (_start)
        {
            if (_started)
                _thread.Join();
            _started = true;
        }
    }

    private void StartOnce()
    {
        lock (_start)
        {
            if (_started)
                return;
            _started = true;
            _thread.Start();
        }
    }

    private void Stop()
    {
        lock (_gate)
        {
            _stopped = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Produce()
    {
        try
        {
            var order = new int[_data.Count];
            var bits = new ulong[_data.Count]; // what sample i draws in this epoch: number i + 1 of the epoch's stream
            int first = _options.StartBatch;
            for (int epoch = _options.StartEpoch; epoch < _options.EndEpoch; epoch++, first = 0)
            {
                PrepareEpoch(epoch, order, bits);
                for (int index = first; index < BatchesPerEpoch; index++)
                {
                    if (WaitForSlot() is not { } slot)
                        return;
                    Fill(slot, epoch, index, order, bits);
                    lock (_gate)
                    {
                        _prepared++;
                        Monitor.PulseAll(_gate);
                    }
                }
            }

            lock (_gate)
            {
                _finished = true;
                Monitor.PulseAll(_gate);
            }
        }
        catch (Exception e)
        {
            lock (_gate)
            {
                _failure = ExceptionDispatchInfo.Capture(e); // thrown to the consumer, after the batches that were ready before
                Monitor.PulseAll(_gate);
            }
        }
    }

    private void PrepareEpoch(int epoch, int[] order, ulong[] bits)
    {
        for (int i = 0; i < order.Length; i++)
            order[i] = i;
        if (_options.Shuffle)
            new Rng(_options.Seed, Streams.EpochOrder(epoch)).Shuffle<int>(order);
        var draws = new Rng(_options.Seed, Streams.EpochAugment(epoch));
        for (int i = 0; i < bits.Length; i++)
            bits[i] = draws.NextUInt64();
    }

    private Batch? WaitForSlot()
    {
        lock (_gate)
        {
            while (_prepared - _released == Slots && !_stopped)
                Monitor.Wait(_gate);
            return _stopped ? null : _ring[_prepared % Slots];
        }
    }

    private void Fill(Batch batch, int epoch, int index, int[] order, ulong[] bits)
    {
        int start = index * _options.BatchSize, count = Math.Min(_options.BatchSize, _data.Count - start), length = _data.SampleLength;
        batch.Start(epoch, index, count);
        Span<float> inputs = batch.Inputs.Span;
        Span<int> labels = batch.Labels.Span, samples = batch.Samples.Span;
        for (int i = 0; i < count; i++)
        {
            int sample = order[start + i];
            samples[i] = sample;
            labels[i] = _data.HasLabels ? _data.Label(sample) : -1;
            _writer.Write(sample, _options.Augmentation.Draw(bits[sample]), inputs.Slice(i * length, length));
        }
    }
}
