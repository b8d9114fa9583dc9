using Pare.Benchmarks;

// dotnet run -c Release --project bench/Pare.Benchmarks -- gemm|vector|conv|depthwise|tile|layers|train|unary|loops|runtime|winograd|integer|binary|codes|low-rank|sparse [threads] [scalar|vector128|avx2|avx512] [part of a name | network]
//                                                      or bands [threads] [network] [LEAST,NEAR,BUFFER in KB]...
//                                                      or trainer [threads] [batch] [steps]
//                                                      or denormals|sessions|soak [threads] [network] [seconds]
//                                                      or steps|training-steps [threads] [batch] [NETWORK[,SETTING=VALUE]...]
string what = args.Length > 0 ? args[0] : "gemm";
int threads = args.Length > 1 ? int.Parse(args[1]) : 1;
if (what == "trainer")
{
    TrainerBenchmark.Run(threads, args.Length > 2 ? int.Parse(args[2]) : 128, args.Length > 3 ? int.Parse(args[3]) : 80);
    return 0;
}
if (what is "steps" or "training-steps")
{
    StepsBenchmark.Run(threads, args.Length > 2 ? int.Parse(args[2]) : 1, what == "training-steps", [.. args.Skip(3)]);
    return 0;
}
if (what == "sparse-network")
{
    SparseNetworkBenchmark.Run(threads, args.Length > 2 ? args[2] : "resnet-18", args.Length > 3 ? [.. args.Skip(3).Select(d => double.Parse(d, System.Globalization.CultureInfo.InvariantCulture))] : [0.1, 0.05]);
    return 0;
}
if (what == "bands")
{
    BandsBenchmark.Run(threads, args.Length > 2 ? args[2] : "mobilenet-v1", args.Length > 3 ? args[3..] : []);
    return 0;
}
if (what == "nodes")
{
    NodesBenchmark.Run(threads, args.Length > 2 ? int.Parse(args[2]) : 1, args.Length > 3 ? [.. args.Skip(3)] : ["lenet-5", "resnet-8", "ds-cnn", "resnet-20"]);
    return 0;
}

if (what == "memory")
{
    MemoryBenchmark.Run(args.Length > 2 ? args[2] : "vgg-16", threads, args.Length > 3 ? int.Parse(args[3]) : 0);
    return 0;
}

if (what is "denormals" or "sessions" or "soak")
{
    string network = args.Length > 2 ? args[2] : "resnet-8";
    if (what == "denormals") LoadBenchmark.Denormals(network, threads);
    else if (what == "sessions") LoadBenchmark.Sessions(network, threads);
    else LoadBenchmark.Soak(network, threads, sessions: 64, TimeSpan.FromSeconds(args.Length > 3 ? int.Parse(args[3]) : 60));
    return 0;
}

Pare.CpuFeatures cpu = args.Length > 2 ? Pare.CpuFeatures.Levels().Single(level => level.Describe() == args[2]) : Pare.CpuFeatures.Detect();
switch (what)
{
    case "gemm": GemmBenchmark.Run(cpu, threads); break;
    case "vector": VectorBenchmark.Run(cpu, threads); break;
    case "runtime": RuntimeBenchmark.Run(threads); break;
    case "conv": ConvBenchmark.Run(cpu, threads, args.Length > 3 ? args[3] : ""); break;
    case "depthwise": DepthwiseBenchmark.Run(cpu, threads, args.Length > 3 ? args[3] : ""); break;
    case "tile": TileBenchmark.Run(cpu); break;
    case "layers": LayerBenchmark.Run(cpu, threads); break;
    case "unary": UnaryBenchmark.Run(threads); break;
    case "loops": LoopBenchmark.Run(cpu, threads, args.Length > 3 ? args[3] : ""); break;
    case "winograd": WinogradBenchmark.Run(cpu, threads, args.Length > 3 ? args[3] : "", args.Length > 4 ? [int.Parse(args[4])] : [1, 32]); break;
    case "codes": CodesBenchmark.Run(cpu, threads, args.Length > 3 ? args[3] : ""); break;
    case "low-rank": LowRankBenchmark.Run(cpu, threads, args.Length > 3 ? args[3] : ""); break;
    case "integer": IntegerBenchmark.Run(cpu, threads, args.Length > 3 ? args[3] : ""); break;
    case "binary": BinaryBenchmark.Run(cpu, threads, args.Length > 3 ? args[3] : ""); break;
    case "sparse": SparseBenchmark.Run(cpu, threads, args.Length > 3 ? args[3] : "", args.Length > 4 ? args[4..] : ["0.1", "0.05", "2:4", "1x4:0.25"]); break;
    case "train": TrainBenchmark.Run(cpu, threads, args.Length > 3 ? args[3] : "lenet-5"); break;
    default: Console.Error.WriteLine("Usage: Pare.Benchmarks gemm|vector|conv|depthwise|tile|layers|train|unary|loops|runtime|winograd|integer|binary|codes|low-rank|sparse [THREADS] [LEVEL] [PART OF NAME | NETWORK], trainer [THREADS] [BATCH] [STEPS], denormals|sessions|soak [THREADS] [NETWORK] [SECONDS], steps|training-steps [THREADS] [BATCH] [NETWORK[,SETTING=VALUE]...], memory [THREADS] [NETWORK] [ROUNDS], bands [THREADS] [NETWORK] [LEAST,NEAR,BUFFER]..., or nodes [THREADS] [BATCH] [NETWORK...]"); return 2;
}
return 0;
