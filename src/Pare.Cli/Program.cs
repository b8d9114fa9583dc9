using System.Runtime.InteropServices;
using Pare.Cli;

using var cancel = new CancellationTokenSource();

// The first signal asks the verb to stop and to keep what it has; the second ends the process.
void Stop(PosixSignalContext signal)
{
    if (cancel.IsCancellationRequested)
    {
        // A progress display may have hidden the cursor.
        if (!Console.IsErrorRedirected) Console.Error.WriteLine("\e[?25h");
        Environment.Exit((int)ExitCode.Cancelled);
    }
    signal.Cancel = true;
    cancel.Cancel();
}

using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
return (int)await Application.RunAsync(args, Host.OfProcess(), cancel.Token);
