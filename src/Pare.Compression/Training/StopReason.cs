namespace Pare.Compression.Training;

/// <summary>Why training ended.</summary>
public enum StopReason
{
    /// <summary>All epochs are done.</summary>
    Finished,

    /// <summary>There was no better epoch for as long as the settings bear.</summary>
    StoppedEarly,

    /// <summary>The caller cancelled.</summary>
    Cancelled,

    /// <summary>The loss became infinite or NaN.</summary>
    Diverged,
}
