using System.Globalization;
using Pare.Peers.Speed;

// The driver of bench/peers/run.sh, and Pare's side of the races in processes of their own.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
switch (args)
{
    case ["inference-worker", var file, var threads, var values]:
        InferenceWorker.Serve(file, int.Parse(threads), values);
        return 0;
    case ["training-worker", var network, var data, var threads, var batch]:
        TrainingWorker.Serve(network, data, int.Parse(threads), int.Parse(batch));
        return 0;
}
SpeedOptions options;
try
{
    options = SpeedOptions.Parse(args);
}
catch (ArgumentException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
if (Machine.Fault() is { } fault)
{
    if (Environment.GetEnvironmentVariable("PARE_BENCH_ANYWAY") is not "1")
    {
        Console.Error.WriteLine($"run.sh: {fault}");
        return 1;
    }
    Console.WriteLine($"measured in spite of load: {fault}");
}
Console.WriteLine($"{Machine.Describe()}; medians of interleaved runs; ratio: over 1 means that Pare is better");
DirectoryInfo folder = Directory.CreateTempSubdirectory("pare-speed-");
try
{
    var engines = new Engines(options);
    var table = new SpeedTable(options.Table, options.Commit);
    foreach (string part in options.Parts)
    {
        switch (part)
        {
            case "inference": InferencePart.Run(options, engines, table, folder.FullName); break;
            case "int8": IntegerPart.Run(options, engines, table, folder.FullName); break;
            case "mobile": MobilePart.Run(options, engines, table, folder.FullName); break;
            case "scaling": ScalingPart.Run(options, engines, table, folder.FullName); break;
            case "first": FirstPart.Run(options, engines, table, folder.FullName); break;
            case "allocation": AllocationPart.Run(options, table, folder.FullName); break;
            case "sparse": SparsePart.Run(options, engines, table, folder.FullName); break;
            case "training": TrainingPart.Run(options, engines, table, folder.FullName); break;
        }
    }
}
finally
{
    folder.Delete(recursive: true);
}
return 0;
