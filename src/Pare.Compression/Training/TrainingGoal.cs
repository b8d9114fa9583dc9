namespace Pare.Compression.Training;

/// <summary>What a network learns.</summary>
public enum TrainingGoal
{
    /// <summary>As the model's metadata says (<c>pare.goal</c>), otherwise <see cref="Classes"/>.</summary>
    Auto,
    /// <summary>To tell classes apart: cross-entropy with the labels.</summary>
    Classes,
    /// <summary>To make its input again: the mean squared difference. Labels are not read.</summary>
    Reconstruction,
}
