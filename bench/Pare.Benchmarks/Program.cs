using Pare.Benchmarks;

// dotnet run -c Release --project bench/Pare.Benchmarks -- gemm|conv [threads] [scalar|vector128|avx2|avx512]
string what = args.Length > 0 ? args[0] : "gemm";
int threads = args.Length > 1 ? int.Parse(args[1]) : 1;
Pare.CpuFeatures cpu = args.Length > 2 ? Pare.CpuFeatures.Levels().Single(level => level.Describe() == args[2]) : Pare.CpuFeatures.Detect();
switch (what)
{
    case "gemm": GemmBenchmark.Run(cpu, threads); break;
    case "conv": ConvBenchmark.Run(cpu, threads); break;
    default: Console.Error.WriteLine("Usage: Pare.Benchmarks gemm|conv [THREADS] [LEVEL]"); return 2;
}
return 0;
