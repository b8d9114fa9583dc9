using System.Globalization;
using Pare.Peers.OnnxRuntime;
using Pare.Peers.Strangers;

// Does with every exported network all that Pare can do, and prints how far its outputs are from PyTorch's and ONNX Runtime's.
// Pare.Peers.Strangers FOLDER LIBONNXRUNTIME|- [--notes] [PART OF A NAME ...]; exit code 1 where something fails.
if (args.Length < 2)
{
    Console.Error.WriteLine("Usage: Pare.Peers.Strangers FOLDER LIBONNXRUNTIME|- [--notes] [PART OF A NAME ...]");
    return 2;
}
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
using OrtRuntime? peer = args[1] == "-" ? null : new OrtRuntime(args[1], Environment.ProcessorCount);
DirectoryInfo scratch = Directory.CreateTempSubdirectory("pare-strangers-");
int files = 0, bad = 0;
try
{
    Console.WriteLine($"{"network",-20} {"opset",5}  {"PyTorch",8}  {"scalar",8}  {"ORT",8}");
    foreach (StrangerFile file in StrangerFile.All(args[0], [.. args.Skip(2).Where(a => a != "--notes")]))
    {
        var trial = new Trial(file, peer, scratch.FullName);
        trial.Run();
        files++;
        if (trial.Faults.Count > 0) bad++;
        Console.WriteLine($"{file.Name,-20} {file.Opset,5}  {trial.FromTorch,8:E1}  {trial.Scalar,8:E1}  {trial.FromOnnxRuntime,8:E1}  {(trial.Faults.Count == 0 ? "ok" : "")}");
        foreach ((string work, string fault) in trial.Faults) Console.WriteLine($"    {work}: {fault}");
        if (args.Contains("--notes"))
            foreach (IGrouping<string, string> note in trial.Notes.GroupBy(n => n)) Console.WriteLine($"    note: {note.Key}{(note.Count() > 1 ? $" ({note.Count()} times)" : "")}");
    }
}
finally
{
    scratch.Delete(recursive: true);
}
Console.WriteLine($"{files} files: {files - bad} without a fault, {bad} with");
return bad == 0 && files > 0 ? 0 : 1;
