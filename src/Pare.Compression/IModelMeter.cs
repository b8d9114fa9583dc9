using Pare.Compression.Data;
using Pare.Compression.Reporting;
using Pare.Formats.Container;

namespace Pare.Compression;

/// <summary>Measures models: how often they are right, and how many bytes their files have.</summary>
public interface IModelMeter
{
    /// <summary>Counts the errors on labelled samples.</summary>
    Quality Evaluate(Model model, DataSet data, CancellationToken cancel);

    /// <summary>Counts the bytes of the model's .pare file, part by part, without keeping the file.</summary>
    PartSizes Measure(Model model, ContainerSettings container);
}
