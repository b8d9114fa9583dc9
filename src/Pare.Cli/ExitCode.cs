namespace Pare.Cli;

/// <summary>What the process tells its caller.</summary>
internal enum ExitCode
{
    /// <summary>Everything asked for was done.</summary>
    Done = 0,

    /// <summary>A file, a model, a data set or the machine is at fault, or Pare itself.</summary>
    Error = 1,

    /// <summary>The command line, a setting or a recipe is wrong; nothing was done.</summary>
    Usage = 2,

    /// <summary>The goal was not reached; the best so far is saved.</summary>
    GoalMissed = 3,

    /// <summary>The model needs something that Pare lacks.</summary>
    Unsupported = 4,

    /// <summary>What was written is not what was read back.</summary>
    VerificationFailed = 5,

    /// <summary>Ctrl-C or SIGTERM; what could be kept is kept.</summary>
    Cancelled = 130,
}
