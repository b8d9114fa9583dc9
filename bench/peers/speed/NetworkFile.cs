namespace Pare.Peers.Speed;

/// <summary>A network on disk, with all that an engine must be told to run it.</summary>
/// <param name="Path">The ONNX file.</param>
/// <param name="Values">The file of the input's floats.</param>
/// <param name="Input">The input's name.</param>
/// <param name="InputDims">"1x3x224x224".</param>
/// <param name="Output">The output's name.</param>
/// <param name="OutputDims">"1x1000".</param>
internal sealed record NetworkFile(string Path, string Values, string Input, string InputDims, string Output, string OutputDims);
