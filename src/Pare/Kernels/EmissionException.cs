namespace Pare.Kernels;

/// <summary>Machine code could not be made or put into memory: the plan is made without it.</summary>
/// <param name="message">Why, for the user.</param>
internal sealed class EmissionException(string message) : Exception(message);
