using System.Collections.Immutable;

namespace Pare.Compression.Training;

/// <summary>Everything that changes while a network is trained, and so everything that a checkpoint holds.</summary>
internal sealed class TrainingState
{
    private readonly ImmutableArray<TrainableLeaf> _leaves;
    private readonly ImmutableArray<RunningStatistic> _statistics;
    private readonly Tensor[] _statisticValues;
    private readonly float[][] _first;
    private readonly float[][] _second;
    private readonly float[][] _bestLeaves;
    private readonly float[][] _bestStatistics;

    /// <summary>Makes the state before the first step.</summary>
    /// <param name="leaves">The leaves that train.</param>
    /// <param name="slots">Numbers of optimizer state for each trained number.</param>
    /// <param name="statistics">The batch norms' running statistics.</param>
    /// <param name="statisticValues">Where their values are, one tensor each.</param>
    public TrainingState(ImmutableArray<TrainableLeaf> leaves, int slots, ImmutableArray<RunningStatistic> statistics, Tensor[] statisticValues)
    {
        (_leaves, _statistics, _statisticValues) = (leaves, statistics, statisticValues);
        _first = [.. leaves.Select(l => new float[slots > 0 ? l.Values.Length : 0])];
        _second = [.. leaves.Select(l => new float[slots > 1 ? l.Values.Length : 0])];
        _bestLeaves = [.. leaves.Select(l => l.Values.ToArray())];
        _bestStatistics = [.. statisticValues.Select(t => t.Floats.ToArray())];
    }

    /// <summary>Epochs that are finished.</summary>
    public int Epoch { get; set; }

    /// <summary>Steps done in the epoch that runs.</summary>
    public int Position { get; set; }

    /// <summary>Steps done in all: what dropout draws from, and Adam's bias correction.</summary>
    public long Step { get; set; }

    /// <summary>Sum of the losses of this epoch's steps.</summary>
    public double LossSum { get; set; }

    /// <summary>Samples of this epoch classified rightly.</summary>
    public long Correct { get; set; }

    /// <summary>The epoch that the best numbers come from, from 1; 0: those before the first step.</summary>
    public int BestEpoch { get; set; }

    /// <summary>The finished epochs.</summary>
    public List<EpochResult> History { get; } = [];

    /// <summary>What the schedule remembers.</summary>
    public double[] ScheduleState { get; set; } = [];

    /// <summary>The optimizer's first slot of a leaf.</summary>
    public float[] First(int leaf) => _first[leaf];

    /// <summary>The optimizer's second slot of a leaf.</summary>
    public float[] Second(int leaf) => _second[leaf];

    /// <summary>Keeps the numbers as they are now as the best so far.</summary>
    public void KeepAsBest()
    {
        for (int i = 0; i < _bestLeaves.Length; i++) _leaves[i].Values.CopyTo(_bestLeaves[i]);
        for (int i = 0; i < _bestStatistics.Length; i++) _statisticValues[i].Floats.CopyTo(_bestStatistics[i]);
        BestEpoch = Epoch;
    }

    /// <summary>Puts the best numbers back in place of those as they are now.</summary>
    public void RestoreBest()
    {
        for (int i = 0; i < _bestLeaves.Length; i++) _bestLeaves[i].CopyTo(_leaves[i].Values);
        for (int i = 0; i < _bestStatistics.Length; i++) _bestStatistics[i].CopyTo(_statisticValues[i].Floats);
    }

    /// <summary>All arrays with their names in a checkpoint.</summary>
    public IEnumerable<(string Name, Memory<float> Values)> Arrays()
    {
        for (int i = 0; i < _leaves.Length; i++)
        {
            string path = _leaves[i].Path;
            yield return ($"leaf/{path}", _leaves[i].Memory);
            if (_first[i].Length > 0) yield return ($"first/{path}", _first[i]);
            if (_second[i].Length > 0) yield return ($"second/{path}", _second[i]);
            yield return ($"best/{path}", _bestLeaves[i]);
        }
        for (int i = 0; i < _statistics.Length; i++)
        {
            yield return ($"statistic/{_statistics[i].Weight}", new TensorMemory(_statisticValues[i]).Memory);
            yield return ($"best-statistic/{_statistics[i].Weight}", _bestStatistics[i]);
        }
    }
}
