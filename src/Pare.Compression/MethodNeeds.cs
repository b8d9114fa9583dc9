namespace Pare.Compression;

/// <summary>What a method must be given beside the model.</summary>
[Flags]
public enum MethodNeeds
{
    /// <summary>Nothing: the weights say it all.</summary>
    None = 0,
    /// <summary>Some unlabelled samples.</summary>
    Calibration = 1,
    /// <summary>Labelled samples and a trainer.</summary>
    Training = 2,
    /// <summary>A second model to learn from.</summary>
    Teacher = 4,
}
