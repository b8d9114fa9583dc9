using Pare.Compression.Data;
using Pare.Compression.Reporting;
using Pare.Formats.Container;

namespace Pare.Compression.Search;

/// <summary>Measures the model that every trial starts from once, not once for each trial.</summary>
internal sealed class RememberingMeter(IModelMeter meter, Model original) : IModelMeter
{
    private (DataSet Data, Quality Quality)? _known;

    public Quality Evaluate(Model model, DataSet data, CancellationToken cancel)
    {
        if (!ReferenceEquals(model, original)) return meter.Evaluate(model, data, cancel);
        if (_known is { } known && ReferenceEquals(known.Data, data)) return known.Quality;
        Quality quality = meter.Evaluate(model, data, cancel);
        _known = (data, quality);
        return quality;
    }

    public PartSizes Measure(Model model, ContainerSettings container) => meter.Measure(model, container);
}
