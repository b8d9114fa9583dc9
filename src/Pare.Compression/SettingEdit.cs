namespace Pare.Compression;

/// <summary>A value put into a <see cref="RecipeDraft"/>.</summary>
/// <param name="Step">The number of the step, from 0.</param>
/// <param name="Setting">The setting's name; "retrain.epochs" for one of a group.</param>
/// <param name="Value">The value as a user would write it.</param>
public sealed record SettingEdit(int Step, string Setting, string Value);
